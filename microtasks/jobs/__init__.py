"""Work that takes longer than a request: rows in the database with a lease; Redis only wakes who looks at them.

A job can be killed at any line and run again. Its kind is a generator: at each `yield` what it did and how far
it came are committed together, if the job is still this worker's. See `microtasks.jobs.kinds`.
"""

from microtasks.bell import ring
from microtasks.jobs.rows import due, plan, unfinished
from microtasks.jobs.runner import run, run_due, run_to_end
from microtasks.jobs.tools import Tools

__all__ = [
    "Tools",
    "due",
    "plan",
    "ring",
    "run",
    "run_due",
    "run_to_end",
    "unfinished",
]
