"""What fsck went through, counted in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

COUNTED = {
    "anchors": "次上链",
    "catalogues": "版目录",
    "chain events": "个链上事件",
    "checkpoints": "个检查点",
    "comparisons": "处比对",
    "entries": "条记录",
    "erasures": "次删除",
    "files": "个文件",
    "nodes": "个树节点",
    "plans": "份清单",
    "plans of erased papers": "份清单的材料已删除",
    "releases": "次提供",
    "rows": "行索引",
    "status lists": "份状态清单",
    "status versions": "版状态清单",
}


def counted(language: str, counts: Mapping[str, int]) -> str:
    """``zh``: 59 条记录，5 次上链 …; else 59 entries, 5 anchors …"""
    if language == "zh":
        return "，".join(f"{count} {COUNTED.get(name, name)}" for name, count in counts.items())
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
