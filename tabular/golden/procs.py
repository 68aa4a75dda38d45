"""Writes src/test/resources/org/learn4j/tabular/golden/procs.json: what pandas, scikit-learn and fastai's formulas make of
random columns. Needs pandas, numpy and scikit-learn; see README.md."""
import json
import pathlib
import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(20190123)
cases = []
for name, values in {
    "odd": [3.0, None, 1.0, 2.0, None, 10.0, 7.0],
    "even": [3.0, 1.0, None, 2.0, 10.0],
    "ties": [5.0, 2.0, 5.0, 2.0, 9.0, None],
    "one": [4.25, None],
    "normal": [None if rng.random() < 0.2 else round(float(x), 3) for x in rng.normal(50, 20, 60)],
    "skewed": [None if rng.random() < 0.1 else float(np.floor(x)) for x in rng.exponential(5000, 80)],
    "steps": [None if rng.random() < 0.3 else float(x) for x in rng.integers(-3, 4, 41)],
    "tiny": [float(x) for x in rng.normal(1e6, 1e-2, 30)],
}.items():
    s = pd.Series(values, dtype="float64")
    filled = s.fillna(s.median())  # fastai v1: FillStrategy.MEDIAN
    case = {
        "name": name,
        "values": values,
        "median": float(s.median()),
        "mode": float(s.dropna().value_counts().sort_index().idxmax()),  # the smallest of several
        "flags": [bool(x) for x in s.isna()],
        "mean": float(filled.mean()),
        "sample": float(filled.std(ddof=1)),
        "population": float(StandardScaler().fit(filled.to_numpy()[:, None]).scale_[0]),
    }
    case["v1"] = [float(x) for x in (filled - filled.mean()) / (1e-7 + filled.std())]
    case["v2"] = [float(x) for x in (filled - filled.mean()) / (filled.std(ddof=0) + 1e-7)]
    cases.append(case)

words = [None if rng.random() < 0.1 else str(rng.choice(["Bayern", "sachsen", "Ärmel", "10", "9", "a b", "Z", "日本"]))
         for _ in range(50)]
numbers = [None if rng.random() < 0.1 else int(rng.integers(-5, 6)) for _ in range(50)]
train = 30
categories = []
for name, values in {"words": words, "numbers": numbers}.items():
    fitted = pd.Categorical(values[:train])
    categories.append({
        "name": name,
        "values": values,
        "train": train,
        "classes": [x if isinstance(x, str) else int(x) for x in fitted.categories],
        "codes": [int(x) for x in pd.Categorical(values, categories=fitted.categories).codes],
    })

sizes = [2, 3, 4, 5, 7, 8, 9, 10, 13, 17, 24, 32, 43, 53, 100, 1000, 1116, 10000, 100000]
rule = [[n, min(600, round(1.6 * n**0.56))] for n in sizes]

with open(pathlib.Path(__file__).parent / "../src/test/resources/org/learn4j/tabular/golden/procs.json", "w") as out:
    json.dump({"columns": cases, "categories": categories, "sizes": rule}, out, ensure_ascii=False)
    out.write("\n")
