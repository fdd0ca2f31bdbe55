# SPDX-License-Identifier: MIT
"""Results of rows that passed, each in a file OUTPUT/cache/NAME.KEY with the inputs that made the key.

Only a row that passed is kept. A file is written beside and renamed, so that it is whole or not there; one that
cannot be read, or holds something else than its name says, is as good as none.
"""

import json
import os

import inputs

# Of each row; older ones are removed.
KEPT = 6


class Cache:
    def __init__(self, output):
        self.folder = os.path.join(output, "cache")

    def place(self, name, key):
        return os.path.join(self.folder, f"{name}.{key}.json")

    def files(self, name):
        """Those of a row, the newest first."""
        try:
            found = [file for file in os.listdir(self.folder) if file.endswith(".json")]
        except FileNotFoundError:
            return []
        found = [os.path.join(self.folder, file) for file in found if file.split(".")[0] == name]
        return sorted(found, key=os.path.getmtime, reverse=True)

    def load(self, path, name):
        try:
            with open(path, encoding="utf-8") as file:
                kept = json.load(file)
            result, lines = kept["result"], kept["inputs"]
            if self.place(name, inputs.key_of(lines)) != path or result["name"] != name:
                return None
            return kept if result["status"] == "passed" and result["passed"] > 0 else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def find(self, name, lines):
        """The result for these inputs, or None."""
        kept = self.load(self.place(name, inputs.key_of(lines)), name)
        return {**kept["result"], "cached": True} if kept else None

    def why_not(self, name, lines):
        """What is new since the row passed last."""
        for path in self.files(name):
            kept = self.load(path, name)
            if kept:
                return "changed: " + inputs.difference(kept["inputs"], lines)
        return "has not passed here before"

    def keep(self, result, lines):
        if result["status"] != "passed":
            return
        os.makedirs(self.folder, exist_ok=True)
        path = self.place(result["name"], inputs.key_of(lines))
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump({"result": result, "inputs": lines}, file)
        os.replace(path + ".new", path)
        for old in self.files(result["name"])[KEPT:]:
            os.remove(old)
