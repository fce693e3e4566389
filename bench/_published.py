"""The student report's script, as published, on one folder: take/skip after a reshuffling loader, sigmoid outputs.

$ python bench/_published.py TRAIN_FOLDER UNSEEN_FOLDER [FILE]

Prints JSON, and saves the model as FILE, such as imageclassifier.h5. It imports nothing of Mien's.
"""

import json
import sys
import time

import tensorflow as tf
from tensorflow.keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from tensorflow.keras.models import Sequential

began = time.perf_counter()
data = tf.keras.utils.image_dataset_from_directory(sys.argv[1], verbose=False)
data_classes = data.class_names
classes = len(data_classes)
data = data.map(lambda x, y: (x / 255, y))
train_size = int(len(data) * 0.7)
val_size = int(len(data) * 0.2) + 1
test_size = int(len(data) * 0.1)
train = data.take(train_size)
val = data.skip(train_size).take(val_size)
test = data.skip(train_size + val_size).take(test_size)

model = Sequential()
model.add(Conv2D(16, (3, 3), 1, activation="relu", input_shape=(256, 256, 3)))
model.add(MaxPooling2D())
model.add(Conv2D(32, (3, 3), 1, activation="relu"))
model.add(MaxPooling2D())
model.add(Conv2D(16, (3, 3), 1, activation="relu"))
model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dense(256, activation="relu"))
model.add(Dense(classes, activation="sigmoid"))
model.compile("adam", loss=tf.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
history = model.fit(train, epochs=20, validation_data=val, verbose=0)
tested = model.evaluate(test, verbose=0)[1] if test_size else None
seconds = time.perf_counter() - began
if len(sys.argv) > 3:
    model.save(sys.argv[3])

unseen = tf.keras.utils.image_dataset_from_directory(sys.argv[2], shuffle=False, verbose=False)
answers = model.predict(unseen.map(lambda x, y: (x / 255, y)), verbose=0).argmax(1)
truth = [int(label) for _, labels in unseen for label in labels]
print(
    json.dumps(
        {
            "validation": float(history.history["val_accuracy"][-1]),
            "test": tested,
            "right": int(sum(a == t for a, t in zip(answers, truth, strict=True))),
            "unseen": len(truth),
            "classes": data_classes,
            "seconds": seconds,
        }
    )
)
