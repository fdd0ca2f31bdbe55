# SPDX-License-Identifier: MIT
"""What is seen while rows run: a line for each that ended, and on a terminal one more that says what runs now."""

import shutil
import sys
import threading
import time


class Progress:
    def __init__(self, total):
        self.total = total
        self.done = 0
        self.bad = 0
        self.running = {}
        self.lock = threading.Lock()
        self.is_terminal = sys.stdout.isatty()
        self.finished = threading.Event()
        self.thread = threading.Thread(target=self.keep_up, daemon=True)
        if self.is_terminal:
            self.thread.start()

    def keep_up(self):
        while not self.finished.wait(1):
            with self.lock:
                self.show()

    def show(self):
        now = time.monotonic()
        parts = [f"{name} {step} {now - since:.0f} s" for name, (step, since) in self.running.items()]
        text = f"[{self.done}/{self.total}] {', '.join(parts) or 'waiting'}"
        if self.bad:
            text += f"; {self.bad} failed"
        width = shutil.get_terminal_size().columns - 1
        sys.stdout.write("\r\033[K" + text[:width])
        sys.stdout.flush()

    def say(self, text):
        with self.lock:
            sys.stdout.write(("\r\033[K" if self.is_terminal else "") + text + "\n")
            sys.stdout.flush()

    def step(self, name, step):
        with self.lock:
            since = self.running[name][1] if name in self.running else time.monotonic()
            self.running[name] = step, since

    def end(self, result):
        with self.lock:
            self.running.pop(result["name"], None)
            self.done += 1
            self.bad += result["status"] == "failed"
        if result["status"] == "skipped":
            text = f"SKIPPED: {result['reason'].splitlines()[0]}"
        elif result["reason"]:
            text = f"FAILED: {result['reason'].splitlines()[0]}"
        else:
            text = f"{result['passed']} passed, {result['failed']} failed, {result['skipped']} skipped, "
            text += f"{result['seconds']:.0f} s"
            broken = [step["name"] for step in result["steps"] if step["status"] == "failed"]
            text = f"FAILED in {', '.join(broken)}: {text}" if broken else text
        if result["cached"]:
            text += ", from the cache"
        self.say(f"  [{self.done}/{self.total}] {result['name']:<18} {text}")

    def close(self):
        self.finished.set()
        if self.is_terminal:
            with self.lock:
                sys.stdout.write("\r\033[K")
                sys.stdout.flush()
