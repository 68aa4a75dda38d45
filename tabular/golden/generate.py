"""Makes the reference values that the tests of org.learn4j.tabular compare with. See README.md."""

import calendar
import hashlib
import json
import math
import platform
import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20260101
HERE = Path(__file__).resolve()
TARGET = Path(sys.argv[1]) if len(sys.argv) > 1 else (
    HERE.parent.parent / "src/test/resources/org/learn4j/tabular/golden")


def write(name, frame):
    frame.to_csv(TARGET / name, index=False, lineterminator="\n")


def moments():
    """Days at which calendars go wrong, some with a time of day, and one that is missing."""
    days = list(pd.date_range("2015-12-20", "2016-03-05"))
    for year in range(2003, 2028):
        days += list(pd.date_range(f"{year}-12-27", periods=10))
    for year in (1900, 1972, 2000, 2023, 2100):
        days += list(pd.date_range(f"{year}-02-27", periods=4))
        for month in (3, 6, 9, 12):
            days += list(pd.date_range(pd.Timestamp(year, month, 1) + pd.offsets.MonthEnd(0), periods=2))
    days += [pd.Timestamp(text) for text in ("1969-12-31", "1970-01-01", "1700-06-15", "2200-01-01")]
    random = np.random.default_rng(SEED)
    times = [pd.Timedelta(int(random.integers(0, 86_400_000)), "ms") if i % 3 else pd.Timedelta(0)
             for i in range(len(days))]
    times[5] = pd.Timedelta("23:59:59.999")
    result = pd.Series([day + time for day, time in zip(days, times)])
    return pd.concat([result[:7], pd.Series([pd.NaT]), result[7:]], ignore_index=True)


def date_parts():
    at = moments()
    parts = pd.DataFrame({"At": at.dt.strftime("%Y-%m-%dT%H:%M:%S.%f").str[:-3]})
    for name in ("Year", "Month", "Week", "Day", "Dayofweek", "Dayofyear"):
        values = at.dt.isocalendar().week if name == "Week" else getattr(at.dt, name.lower())
        parts[name] = values.astype("Int64")
    for name in ("Is_month_end", "Is_month_start", "Is_quarter_end", "Is_quarter_start", "Is_year_end", "Is_year_start"):
        parts[name] = getattr(at.dt, name.lower())
    for name in ("Hour", "Minute", "Second"):
        parts[name] = getattr(at.dt, name.lower()).astype("Int64")
    parts["Elapsed"] = ((at - pd.Timestamp(0)) // pd.Timedelta(1, "s")).astype("Int64")
    present = at.notna()
    assert (parts.Elapsed[present].astype("int64")
            == at[present].values.astype("datetime64[ns]").astype("int64") // 10**9).all()
    write("date_parts.csv", parts)


def cyclic():
    rows = []
    for at in moments():
        if at is pd.NaT:
            rows.append([""] + [math.nan] * 17)
            continue
        year_days = 366 if calendar.isleap(at.year) else 365
        turns = [at.weekday() / 7, (at.day - 1) / calendar.monthrange(at.year, at.month)[1], (at.month - 1) / 12,
                 (at.dayofyear - 1) / year_days, at.hour / 24, at.hour % 12 / 12, at.minute / 60, at.second / 60]
        begin = pd.Timestamp(at.year, 1, 1)
        row = [at.isoformat(timespec="milliseconds")]
        for turn in turns:
            row += [np.cos(turn * 2 * np.pi), np.sin(turn * 2 * np.pi)]
        rows.append(row + [at.year + (at - begin).total_seconds() / (year_days * 86400)])
    names = [f"{part}_{f}" for part in "weekday day_month month_year day_year hour clock min sec".split()
             for f in ("cos", "sin")]
    write("cyclic.csv", pd.DataFrame(rows, columns=["At"] + names + ["year_lin"]))


def elapsed(name, with_time):
    """Bases with gaps between their days, in random order; one base without any event, one of a single row."""
    random = np.random.default_rng(SEED + 1)
    rows = []
    for base in ("north", "south", "east", "quiet", "lone"):
        day = pd.Timestamp("2019-12-01")
        for _ in range(1 if base == "lone" else 40):
            day += pd.Timedelta(int(random.integers(1, 4)), "D")
            at = day + (pd.Timedelta(int(random.integers(0, 86400)), "s") if with_time else pd.Timedelta(0))
            rows.append((base, at, base != "quiet" and random.random() < 0.3, int(random.random() < 0.1)))
    frame = pd.DataFrame(rows, columns=["Base", "Date", "Sale", "Holiday"])
    frame = frame.iloc[random.permutation(len(frame))].reset_index(drop=True)
    result = frame.copy()
    ordered = frame.sort_values(["Base", "Date"])
    for prefix, sign in (("After", 1), ("Before", -1)):
        for event in ("Sale", "Holiday"):
            walked = ordered[::sign]
            last = walked.Date.where(walked[event].astype(bool)).groupby(walked.Base).ffill()
            days = (walked.Date - last).values.astype("timedelta64[D]").astype("float64")
            days[last.isna().values] = 0
            result[prefix + event] = pd.Series(days, index=walked.index).astype(int)
    for suffix, sign in (("_bw", 1), ("_fw", -1)):
        for event in ("Sale", "Holiday"):
            walked = ordered[::sign]
            sums = walked[event].astype(int).groupby(walked.Base).rolling(7, min_periods=1).sum()
            result[event + suffix] = sums.droplevel(0).astype(int)
    if not with_time:
        # the documented walk, row by row, says the same
        for base, rows_of_base in frame.groupby("Base"):
            walk = rows_of_base.sort_values("Date")
            last = None
            for index, row in walk.iterrows():
                last = row.Date if row.Sale else last
                assert result.AfterSale[index] == (0 if last is None else (row.Date - last).days)
    result["Date"] = result.Date.dt.strftime("%Y-%m-%dT%H:%M:%S" if with_time else "%Y-%m-%d")
    write(name, result)


def joins():
    random = np.random.default_rng(SEED + 2)
    left = pd.DataFrame({"Row": range(60), "State": random.choice(["BE", "HE", "HB,NI", None], 60),
                         "Year": random.integers(2013, 2016, 60), "Value": random.integers(0, 9, 60)})
    right = pd.DataFrame([(state, year) for state in ("BE", "HE", "HB,NI") for year in (2013, 2014)],
                         columns=["Land", "Year"])
    right["Value"] = random.random(len(right)).round(6)
    right["Note"] = [f"note {i}" if i % 2 else None for i in range(len(right))]
    joined = left.merge(right, "left", left_on=["State", "Year"], right_on=["Land", "Year"], suffixes=("", "_y"))
    assert len(joined) == len(left)
    write("join_left.csv", left)
    write("join_right.csv", right)
    write("join_result.csv", joined.drop(columns="Land"))


TARGET.mkdir(parents=True, exist_ok=True)
date_parts()
cyclic()
elapsed("elapsed.csv", False)
elapsed("elapsed_with_time.csv", True)
joins()
(TARGET / "provenance.json").write_text(json.dumps({
    "generator": "tabular/golden/generate.py",
    "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
    "seed": SEED,
    "versions": {"python": platform.python_version(), "pandas": pd.__version__, "numpy": np.__version__},
}, indent=1) + "\n")
