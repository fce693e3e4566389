"""The public names, as a list to be changed on purpose; and no others leak."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

import mien

PACKAGE = Path(mien.__file__).parent

NAMES = {
    "mien": (
        "Answer Findings InputContract Manifest MienError Predictor Recipe __version__ audit collect compare evaluate "
        "explain export load models pipeline split train tune watch"
    ),
    "mien.core.errors": (
        "MediaError MienError MissingPartError ModelFileError SettingError SourceError StorageError TrainingError "
        "did_you_mean"
    ),
    "mien.core.answer": ("Answer FaceAnswer SpokenAnswer Verdict Worded adjective good_for summary unsaid verdict"),
    "mien.core.answer_counts": "AnswerCounts CountedHours of_counts place",
    "mien.core.artifacts": (
        "Explained read_calibration read_cards read_contract read_environment read_explanation "
        "read_feature_report read_findings read_history read_lineage read_manifest read_predictions read_recipe "
        "read_robustness read_scores read_validation write_cards write_contract write_environment "
        "write_explanation write_feature_report write_findings write_history write_lineage write_manifest "
        "write_predictions write_recipe write_robustness write_scores write_validation"
    ),
    "mien.core.confusions": "taken_for",
    "mien.core.deprecated": "renamed renamed_argument renamed_attribute renamed_key reworded",
    "mien.core.history": "Epoch History better",
    "mien.core.balance": "class_weights",
    "mien.core.calibration": "Calibration fit_temperature",
    "mien.core.prediction_sets": ("SetRule level_of"),
    "mien.core.files": "cache_folder locked read_json storage_error write_bytes write_json write_text writing",
    "mien.core.lineage": "Lineage people",
    "mien.core.neighbours": "matches mirror pairs",
    "mien.core.foreign": "Foreign",
    "mien.core.onnx_metadata": "keys without",
    "mien.core.parquet": "ParquetFile read",
    "mien.core.persons": "Persons",
    "mien.core.recipe": "Recipe about kinds of_samples",
    "mien.core.registry": "find names",
    "mien.core.run": "RUN_FORMAT Run RunState STATE environment",
    "mien.core.telemetry": "silence",
    "mien.core.terms": "DataSet Terms data_set data_sets recognised terms_of",
    "mien.core.types": (
        "Answer Batches Estimator FINDING_COLUMNS FaceAnswer Findings INPUTS InputContract MANIFEST_COLUMNS "
        "Manifest PREDICTION_COLUMNS Predict Predictions Progress SEVERITIES SPLITS Skipped WeightedBatches silent "
        "skipped"
    ),
    "mien.core.threads": "in_order",
    "mien.core.units": "codes join units_of",
    "mien.core.validation_answers": "ValidationAnswers",
    "mien.faces": (
        "AUTO DOUBTS Detector Face OWN check_bytes checked crop detector detectors doubts fcos_bytes look_like_faces"
    ),
    "mien.copies": (
        "COPY compare_forms confirm_copies is_unsure look_closer reduce_picture reduced_forms same_picture signatures"
    ),
    "mien.media": (
        "Frame MAX_BYTES MAX_DECODED MAX_PIXELS Microphone OLD_TABLE OLD_ZIP PICTURE_ENDINGS TextTable Video as_text "
        "check_video_name container_kind decode describe_file encode_png encode_webp fit frames guess_coding "
        "image_pixels is_drawn is_moving is_video json_records mark_drawn on_white open_file pixel_column pixel_places "
        "read read_many read_stream read_whole real_path sniff taken tar_headers text_table thumbnail unwrapped "
        "visible_files write_video"
    ),
    "mien.kinds": (
        "Axis Check Corruption Issue Kind PICTURE Parts Prepared Preview Property Quality SOUND STRENGTHS "
        "Sample Variation Window article detect found kind names schema"
    ),
    "mien.kinds.picture": "KIND patches rows stacked",
    "mien.kinds.sound": "KIND LONGEST RATE blocks encode_flac mel_bank mel_edges resampled",
    "mien.backends": (
        "IR_VERSION OPSET OWN_PROCESS accelerators backend convert convert_function has_known_internals hushed "
        "import_keras keras_home part_of quiet_backend require_tensorflow seed share_cores unrolled"
    ),
    "mien.recipes": "find names",
    "mien.app": "CHECK DETECTOR KINDS Asset PageModel assets face_check page_config",
    "mien.html": (
        "Axis Estimate Html Kept PageWords Point Promise Section badge bars block card class_colour class_ink "
        "clock code columns contrast count counts coverage curves details differences duration escape facts grid "
        "heat image intervals join listing markdown matrix media missing number page pair percent points "
        "reliability scatter section severity span strips stylesheet table tag text weight wide_card"
    ),
    "mien.samples": "SAMPLE VOICE_MARK draw draw_sample sources synthesise",
    "mien.samples.faces": ("ACTION_UNITS EMOTIONS LABELS FaceParameters draw sample_parameters write_faces"),
    "mien.samples.voices": (
        "CUES EMOTIONS LABELS NOISES SENTENCES VoiceParameters sample_parameters synthesise write_voices"
    ),
    "mien.collect": "meaning scan votes_of",
    "mien.audit": "Checked Suggestion Tally WHO check clean quarantine require_usable suggest summary undo write_page",
    "mien.split": "ClassCounts Proof REASONS assign by_person prove prove_rounds rounds suited",
    "mien.load": "Cache CachedBatches Variation build",
    "mien.models": (
        "Family build check_kind check_labels check_settings contract family fetch names require resolve space "
        "statistics summary taking"
    ),
    "mien.models.classical": (
        "Head Learn Learnt MOST_LEAVES NODE OnFeatures Tree boundaries check_features learn project projection_bytes "
        "require_room room walk weights"
    ),
    "mien.models.families": "COMMON Family family names",
    "mien.models.features": "BYTES Embedding Features Graph OF_KIND PIXELS ProbeFeatures box count measure",
    "mien.models.features.sound": "GROUPS measure names",
    "mien.models.layers": "AttentionPool Conv2D LogMel MaxPooling2D exportable still",
    "mien.models.pretrained": "IMAGENET NONE SMALLEST backbone network pretrained_network transplant",
    "mien.train": "Begun Epoch Event History Saved Step Stopped Watch begun fit load_best",
    "mien.evaluate": (
        "Annotators Averages BASELINES Basis Between Bin ClassScores ClassSets Corrupted Covered Difference "
        "Estimate Gap GroupScore Illustration NEW PEOPLE Paired PairedSeeds Reliability RiskCoverage Robustness "
        "Scores SetScores Spread UNKNOWN absent_classes annotators apply_temperature by_group calibrate claim "
        "commonest compared gap_sentence gaps holm interval_note ks_distance ks_test mcnemar nearest_answers "
        "nearest_neighbour of_answers paired paired_seeds risk_coverage robustness robustness_page "
        "robustness_parts score sentence set_scores shares_test swap_test temperature wilson"
    ),
    "mien.explain": (
        "Change Counterfactual Explanation Faithfulness FeatureReport Importance KEY Line METHODS Method Stretch "
        "checked counterfactual counterfactual_page counterfactual_sheet draw faithfulness first_passing "
        "importance key measure method occlusion overlay page points_at rank_correlation sheet"
    ),
    "mien.export": (
        "CardFacts DataFacts FORGETS LiteRT ModelInfo SECTIONS TOLERANCE UNMEASURED card class_table compose_card "
        "confused count_table data_card front_matter needs_another_process quantize read_litert share write "
        "write_litert write_site"
    ),
    "mien.pipeline": (
        "Adopted ByGroup DRAWN_FACES DataOptions Delivered EnsembleMember Explained FORMATS ForeignModel Reporter "
        "RunContext STAGES Shrunk UnderCorruption adopt begin check_format check_path contract deliver explain_drawn "
        "explain_features explain_sample export_alone foreign_model litert_alone measure measure_corrupted noun "
        "read_foreign resume run shrink summary write_drawn"
    ),
    "mien.export.foreign": (
        "Facts ForeignNet Guess Reading answered check_classes classes_beside form_of guess needs_tensorflow open_net "
        "read_graph settled write_foreign"
    ),
    "mien.pipeline.stages": "audit collect evaluate explain export load report sentence split train",
    "mien.tune": (
        "Importance Now Plan SearchProgress Study Trial begin importances is_study resume search summary write_page"
    ),
    "mien.predict": (
        "FrameResult Predictor Recording Sample Stretch Timeline Track TrackedFace box_model in_the_box listen "
        "model_file track uses_detector"
    ),
    "mien.serve": "Settings app run",
    "mien.serve.api": "Addresses ProblemOut examples explain_damage routes",
    "mien.serve.http": "MEDIA_TYPE Metrics Middleware ProblemError from_error listen log log_error phrase",
    "mien.serve.inference": "HourlyCounts InferenceService LoadedModel ModelRegistry Upload",
    "mien.report": "Thumbnails answer_picture draw_frame recording_page timeline_picture write",
    "mien.compare": "Comparison Entry Example Pair Setting runs write_page",
    "mien.notice": "Banned Deployment EXCEPTIONS FILES LANGUAGES banned papers write",
    "mien.watch": "Change Drift Period Population drift title write_page",
    "mien.cli": "app main",
}

# What may stand in mien/ under a name without an underscore; in every folder but core, all files start with one.
MODULES = {
    *("serve", "cli", "compare", "notice", "tune", "watch", "core", "pipeline", "predict", "report"),
    *("kinds", "copies", "samples", "faces", "media", "html", "app", "backends", "recipes"),
    *("collect", "audit", "split", "load", "models", "train", "evaluate", "explain", "export"),
}
# The public folders inside of those.
ROOMS = {f"mien.serve.{name}" for name in ("api", "http", "inference")} | {
    *(f"mien.models.{name}" for name in ("classical", "families", "features", "layers", "pretrained")),
    *(
        "mien.export.foreign",
        "mien.kinds.picture",
        "mien.kinds.sound",
        "mien.models.features.sound",
        "mien.pipeline.stages",
        "mien.samples.faces",
        "mien.samples.voices",
    ),
}
GROUND = {
    *(
        "answer",
        "answer_counts",
        "artifacts",
        "balance",
        "calibration",
        "confusions",
        "deprecated",
        "errors",
        "files",
        "foreign",
        "history",
        "lineage",
        "neighbours",
    ),
    *(
        "onnx_metadata",
        "parquet",
        "persons",
        "prediction_sets",
        "recipe",
        "registry",
        "run",
        "telemetry",
        "terms",
        "threads",
        "types",
        "units",
        "validation_answers",
    ),
}


def public(module: str) -> list[str]:
    """Return `__all__`, or what a module of one file defines itself without an underscore."""
    found = import_module(module)
    if hasattr(found, "__all__"):
        return sorted(found.__all__)
    own = {name: value for name, value in vars(found).items() if getattr(value, "__module__", "") == module}
    return sorted(name for name, value in own.items() if not name.startswith("_") and callable(value))


@pytest.mark.parametrize("module", NAMES)
def test_the_public_names_are_these(module):
    assert public(module) == sorted(NAMES[module].split())


@pytest.mark.parametrize("module", NAMES)
def test_every_public_name_is_there_and_says_what_it_is(module):
    found = import_module(module)
    for name in public(module):
        value = getattr(found, name)
        if inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value):
            assert inspect.getdoc(value), f"{module}.{name} has no docstring"


@pytest.mark.parametrize("module", NAMES)
def test_nothing_has_its_module_s_own_name(module):
    last = module.rpartition(".")[2]
    assert not hasattr(import_module(module), last) or inspect.ismodule(getattr(import_module(module), last))


def test_what_star_import_and_dir_show_is_the_list():
    assert dir(mien) == sorted(mien.__all__)
    space: dict[str, object] = {}
    exec("from mien import *", space)  # noqa: S102 - the star is what is tested
    assert sorted(set(space) - {"__builtins__"}) == sorted(mien.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'mien' has no attribute 'colect'"):
        mien.colect  # noqa: B018 - the look-up is what is tested


def test_every_stage_is_in_the_list():
    ground = {f"mien.core.{name}" for name in GROUND}
    assert set(NAMES) == {"mien"} | ground | ROOMS | {f"mien.{name}" for name in MODULES - {"core"}}


def test_no_file_inside_a_stage_is_public():
    public = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if not path.name.startswith("_") and not any(part.startswith("_") for part in path.relative_to(PACKAGE).parts)
    }
    files = {f"{name}.py" for name in MODULES} | {f"core/{name}.py" for name in GROUND}
    assert public <= files


def test_the_house_has_no_other_rooms():
    here = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {name for name in here if not name.startswith("_")} == MODULES
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py"}
    assert {path.stem for path in (PACKAGE / "core").glob("*.py") if not path.name.startswith("_")} == GROUND
    found = [path for depth in ("*/*", "*/*/*") for path in PACKAGE.glob(f"{depth}/__init__.py")]
    inside = {".".join(path.parent.relative_to(PACKAGE.parent).parts) for path in found}
    assert {name for name in inside if not name.rpartition(".")[2].startswith("_")} == ROOMS
