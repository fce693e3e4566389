"""Networks that others have trained, and how their weights come here."""

from __future__ import annotations

from mien.models.pretrained._backbones import SMALLEST, backbone, network
from mien.models.pretrained._copy_weights import transplant
from mien.models.pretrained._weights import IMAGENET, NONE, pretrained_network

__all__ = ["IMAGENET", "NONE", "SMALLEST", "backbone", "network", "pretrained_network", "transplant"]
