"""Writes the reference ("golden") values that the tests compare Learn4J with.

Everything is computed in float64 by PyTorch, scikit-learn or NumPy. Where two of them know the same function, both are
asked and must agree; numbers printed in fastai's documentation of the semantics are asserted as well. A failed check
stops the script before any file is written.

Inputs are exactly representable in float32 (unless a case says "float64_inputs"), so that a float32 implementation is
not charged for the rounding of its inputs.

Usage: python3 generate.py [output directory]
"""
import hashlib
import json
import math
import os
import platform
import sys
import warnings
import zlib
from fractions import Fraction
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import numpy as np  # noqa: E402
import scipy  # noqa: E402
import scipy.special  # noqa: E402
import sklearn  # noqa: E402
import sklearn.metrics as skm  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

SEED = 20190612
HERE = Path(__file__).resolve().parent
DEFAULT_TARGET = HERE.parent / "src/main/resources/org/learn4j/golden"

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


# ---------------------------------------------------------------------------------------------- helpers


def rng(name):
    """A generator that belongs to one name: new cases leave the numbers of the old ones alone."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def f32(x):
    """Rounds to float32 and returns float64."""
    return np.asarray(x, dtype=np.float32).astype(np.float64)


def normal(r, *shape, scale=1.0):
    """Normal numbers on a grid of 1/1024: short to print, exact in float32."""
    return np.round(r.standard_normal(shape) * scale * 1024) / 1024


def off_zero(x):
    """Moves numbers at or next to zero away from it, for functions with a kink there."""
    return np.where(np.abs(x) < 0.02, 0.25, x)


def close(actual, expected, atol=1e-12, rtol=1e-11):
    """Asserts equality of two independent computations."""
    np.testing.assert_allclose(np.asarray(actual, float), np.asarray(expected, float), rtol=rtol, atol=atol)


def printed(actual, expected):
    """Asserts that a value prints as the decimal string that the documentation shows."""
    digits = expected.lstrip("-").lower().split("e")[0].replace(".", "").lstrip("0")
    unit = 10.0 ** (math.floor(math.log10(abs(float(expected)))) - len(digits) + 1)
    assert abs(actual - float(expected)) <= 0.51 * unit, f"{actual!r} is printed as {expected}"


def case(name, settings=None, inputs=None, outputs=None):
    return {
        "name": name,
        "settings": settings or {},
        "inputs": {key: np.asarray(value) for key, value in (inputs or {}).items()},
        "outputs": {key: np.asarray(value) for key, value in (outputs or {}).items()},
    }


def tensor(x, grad=True):
    return torch.tensor(np.asarray(x, dtype=np.float64), requires_grad=grad)


def numbers(t):
    return t.detach().numpy().copy()


# ---------------------------------------------------------------------------------------------- activations


def activations():
    r = rng("activations")
    plain = f32([-30, -10, -5, -3, -2, -1.5, -1, -0.75, -0.5, -0.1, -1e-3,
                 1e-3, 0.1, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30])
    extreme = f32([-1e4, -104, -89, 89, 104, 1e4])
    zero = np.zeros(1)

    def scalar_cases(name, function, exact=None, exact_grad=None, settings=None, with_zero="same"):
        """exact: an independent NumPy form; exact_grad: its derivative."""
        out = []
        for suffix, x in (("", plain), ("_extreme", extreme), ("_at_zero", zero)):
            g = normal(rng("upstream" + suffix), *x.shape)
            g = np.where(g == 0, 1.0, g)
            t = tensor(x)
            y = function(t)
            y.backward(tensor(g, False))
            value, grad = numbers(y), numbers(t.grad)
            if exact is not None:
                close(value, exact(x), atol=1e-12 if name != "softplus" else 3e-9)
                close(grad, exact_grad(x) * g, atol=1e-12 if name != "softplus" else 3e-9)
                value, grad = exact(x), exact_grad(x) * g
            assert np.isfinite(value).all() and np.isfinite(grad).all(), name
            kind = {"activation": name.split("__")[0]}
            out.append(case(name.replace("__", "_") + suffix, {**kind, **(settings or {})},
                            {"x": x, "grad_y": g}, {"y": value, "grad_x": grad}))
        return out

    sig = scipy.special.expit

    def sig_grad(x):
        return sig(x) * sig(-x)

    def gelu_erf(x):
        return 0.5 * x * scipy.special.erfc(-x / math.sqrt(2))

    def gelu_erf_grad(x):
        return 0.5 * scipy.special.erfc(-x / math.sqrt(2)) + x * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)

    def inner(x):
        return math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)

    def gelu_tanh(x):
        return x * sig(2 * inner(x))

    def gelu_tanh_grad(x):
        slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)
        return sig(2 * inner(x)) + 2 * x * sig_grad(2 * inner(x)) * slope

    cases = []
    cases += scalar_cases("relu", torch.relu, lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0)
    cases += scalar_cases("gelu__erf", lambda t: F.gelu(t), gelu_erf, gelu_erf_grad, {"approximate": "none"})
    cases += scalar_cases("gelu__tanh", lambda t: F.gelu(t, approximate="tanh"), gelu_tanh, gelu_tanh_grad,
                          {"approximate": "tanh"})
    cases += scalar_cases("silu", F.silu, lambda x: x * sig(x), lambda x: sig(x) + x * sig_grad(x))
    cases += scalar_cases("tanh", torch.tanh, np.tanh, lambda x: 4 * sig_grad(2 * x))
    cases += scalar_cases("sigmoid", torch.sigmoid, sig, sig_grad)
    for slope in (0.01, 0.2):
        cases += scalar_cases(f"leaky_relu__{slope}", lambda t, s=slope: F.leaky_relu(t, s),
                              lambda x, s=slope: np.where(x > 0, x, s * x),
                              lambda x, s=slope: np.where(x > 0, 1.0, s), {"slope": slope})
    # torch returns x itself above 20; here the exact log(1 + e^x)
    cases += scalar_cases("softplus", F.softplus, lambda x: np.logaddexp(0, x), sig, {"beta": 1.0})
    for lo, hi in ((0.0, 9.5), (-1.5, 2.5)):
        cases += scalar_cases(f"sigmoid_range__{lo:g}_{hi:g}", lambda t, a=lo, b=hi: torch.sigmoid(t) * (b - a) + a,
                              lambda x, a=lo, b=hi: sig(x) * (b - a) + a,
                              lambda x, a=lo, b=hi: (b - a) * sig_grad(x), {"lo": lo, "hi": hi})

    rows = normal(r, 7, 6, scale=2)
    rows[1] = f32([30, -30, 1e-3, -1e-3, 0.5, -0.5])
    rows[2] = 1.25
    rows[3] = f32([1e4, -1e4, 0, 9999, 1e4, -9999])
    rows[4] = f32([-1e4, -1e4, -10001, -9999, -1e4, -1e4])
    shapes = {"rows": (rows, -1), "middle_axis": (normal(r, 2, 3, 4), 1), "first_axis": (normal(r, 3, 4), 0),
              "one_class": (normal(r, 3, 1), -1)}
    for name, function, exact in (("softmax", torch.softmax, scipy.special.softmax),
                                  ("log_softmax", torch.log_softmax, scipy.special.log_softmax)):
        for suffix, (x, axis) in shapes.items():
            g = normal(rng(name + suffix), *x.shape)
            t = tensor(x)
            y = function(t, dim=axis)
            y.backward(tensor(g, False))
            close(numbers(y), exact(x, axis=axis))
            cases.append(case(f"{name}_{suffix}", {"activation": name, "axis": axis},
                              {"x": x, "grad_y": g}, {"y": numbers(y), "grad_x": numbers(t.grad)}))
    return cases


# ---------------------------------------------------------------------------------------------- layers


def backward(y, grad_y, **leaves):
    y.backward(tensor(grad_y, False))
    return {"y": numbers(y), **{f"grad_{name}": numbers(leaf.grad) for name, leaf in leaves.items()}}


def linear_cases():
    cases = []
    for name, shape, out, bias in (("linear", (4, 5), 3, True), ("linear_no_bias", (4, 5), 3, False),
                                   ("linear_one_row", (1, 5), 2, True), ("linear_one_output", (6, 3), 1, True),
                                   ("linear_3d", (2, 3, 5), 4, True)):
        r = rng(name)
        x, w, b, g = normal(r, *shape), normal(r, out, shape[-1], scale=.5), normal(r, out), normal(r, *shape[:-1], out)
        tx, tw, tb = tensor(x), tensor(w), tensor(b)
        y = F.linear(tx, tw, tb if bias else None)
        leaves = {"x": tx, "weight": tw, **({"bias": tb} if bias else {})}
        result = backward(y, g, **leaves)
        close(result["y"], x @ w.T + (b if bias else 0))
        flat_x, flat_g = x.reshape(-1, shape[-1]), g.reshape(-1, out)
        close(result["grad_weight"], flat_g.T @ flat_x)
        cases.append(case(name, {"layer": "linear", "bias": bias},
                          {"x": x, "weight": w, **({"bias": b} if bias else {}), "grad_y": g}, result))
    return cases


def embedding_cases():
    cases = []
    for name, index in (("embedding", [3, 0, 5, 3, 3]), ("embedding_2d", [[0, 1], [1, 1], [4, 0]]),
                        ("embedding_one", [5])):
        r = rng(name)
        index = np.array(index)
        w, g = normal(r, 6, 4), normal(r, *index.shape, 4)
        tw = tensor(w)
        result = backward(F.embedding(torch.tensor(index), tw), g, weight=tw)
        close(result["y"], w[index])
        expected = np.zeros_like(w)
        np.add.at(expected, index, g)
        close(result["grad_weight"], expected)
        cases.append(case(name, {"layer": "embedding"}, {"index": index, "weight": w, "grad_y": g}, result))
    return cases


def batch_norm_cases():
    eps = 1e-5
    cases = []

    def forward_by_hand(x, w, b):
        mean, var = x.mean(0), x.var(0)
        return (x - mean) / np.sqrt(var + eps) * w + b

    def training(name, xs, momentum, extra=None):
        r = rng(name)
        columns = xs[0].shape[1]
        w, b, g = normal(r, columns, scale=.5) + 1, normal(r, columns), normal(r, *xs[0].shape)
        mean0, var0 = normal(r, columns, scale=.5), np.abs(normal(r, columns)) + .5
        layer = torch.nn.BatchNorm1d(columns, eps=eps, momentum=momentum)
        with torch.no_grad():
            for own, given in ((layer.weight, w), (layer.bias, b),
                               (layer.running_mean, mean0), (layer.running_var, var0)):
                own.copy_(torch.tensor(given))
        outputs, mean, var = {}, mean0, var0
        for i, x in enumerate(xs, 1):
            t = tensor(x)
            y = layer(t)
            close(numbers(y), forward_by_hand(x, w, b), rtol=1e-8, atol=1e-8)
            if i == 1:
                first = backward(y, g, x=t, weight=layer.weight, bias=layer.bias)
                outputs.update({"y1" if key == "y" else key: value for key, value in first.items()})
            else:
                outputs[f"y{i}"] = numbers(y)
            mean = (1 - momentum) * mean + momentum * x.mean(0)
            var = (1 - momentum) * var + momentum * x.var(0, ddof=1)
            close(numbers(layer.running_mean), mean)
            close(numbers(layer.running_var), var, rtol=1e-9)
            if i in (1, len(xs)):
                outputs[f"running_mean_{i}"] = numbers(layer.running_mean)
                outputs[f"running_var_{i}"] = numbers(layer.running_var)
        inputs = {f"x{i}": x for i, x in enumerate(xs, 1)}
        inputs.update(weight=w, bias=b, running_mean_0=mean0, running_var_0=var0, grad_y1=g)
        cases.append(case(name, {"layer": "batch_norm_1d", "mode": "train", "momentum": momentum, "eps": eps,
                                 "batches": len(xs), **(extra or {})}, inputs, outputs))

    for momentum in (0.1, 0.01):
        r = rng(f"batch norm {momentum}")
        training(f"batch_norm_1d_train_momentum_{momentum}",
                 [normal(r, 6, 4) * [1, 2, .5, 4] + [0, 1, -2, 8] for _ in range(3)], momentum)
    r = rng("batch norm edges")
    training("batch_norm_1d_train_two_rows", [normal(r, 2, 3)], 0.1)
    constant = normal(r, 5, 3)
    constant[:, 1] = 2.5
    training("batch_norm_1d_train_constant_column", [constant], 0.1)
    # float32 loses the deviation in E[x^2] - E[x]^2 here; centring first keeps 4 digits
    training("batch_norm_1d_train_large_mean", [np.round(normal(r, 64, 3) * 64) / 64 + [1000, -4000, 0]], 0.1,
             {"float32_atol": 5e-4})

    r = rng("batch norm eval")
    x, g, w, b = normal(r, 5, 4), normal(r, 5, 4), normal(r, 4, scale=.5) + 1, normal(r, 4)
    mean, var = normal(r, 4), np.abs(normal(r, 4)) + .25
    tx, tw, tb = tensor(x), tensor(w), tensor(b)
    y = F.batch_norm(tx, tensor(mean, False), tensor(var, False), tw, tb, training=False, eps=eps)
    result = backward(y, g, x=tx, weight=tw, bias=tb)
    close(result["y"], (x - mean) / np.sqrt(var + eps) * w + b)
    cases.append(case("batch_norm_1d_eval", {"layer": "batch_norm_1d", "mode": "eval", "eps": eps},
                      {"x": x, "weight": w, "bias": b, "running_mean": mean, "running_var": var, "grad_y": g}, result))
    return cases


def layer_norm_cases():
    eps = 1e-5
    cases = []
    for name, shape in (("layer_norm", (4, 6)), ("layer_norm_3d", (2, 3, 4)), ("layer_norm_one_row", (1, 5))):
        r = rng(name)
        x, g = normal(r, *shape, scale=2) + 1, normal(r, *shape)
        w, b = normal(r, shape[-1], scale=.5) + 1, normal(r, shape[-1])
        tx, tw, tb = tensor(x), tensor(w), tensor(b)
        result = backward(F.layer_norm(tx, shape[-1:], tw, tb, eps), g, x=tx, weight=tw, bias=tb)
        centred = x - x.mean(-1, keepdims=True)
        close(result["y"], centred / np.sqrt((centred ** 2).mean(-1, keepdims=True) + eps) * w + b)
        cases.append(case(name, {"layer": "layer_norm", "eps": eps},
                          {"x": x, "weight": w, "bias": b, "grad_y": g}, result))
    return cases


def weight_norm_cases():
    cases = []
    for name, initial in (("weight_norm_linear", False), ("weight_norm_linear_at_init", True)):
        r = rng("weight_norm_linear")
        x, v, b, g_y = normal(r, 4, 5), normal(r, 3, 5), normal(r, 3), normal(r, 4, 3)
        norm = np.sqrt((v ** 2).sum(1, keepdims=True))
        gain = f32(norm) if initial else np.abs(normal(r, 3, 1)) + .5
        layer = torch.nn.utils.weight_norm(torch.nn.Linear(5, 3), dim=0)
        with torch.no_grad():
            layer.weight_v.copy_(torch.tensor(v))
            layer.weight_g.copy_(torch.tensor(gain))
            layer.bias.copy_(torch.tensor(b))
        tx = tensor(x)
        result = backward(layer(tx), g_y, x=tx, weight_v=layer.weight_v, weight_g=layer.weight_g, bias=layer.bias)
        weight = gain * v / norm
        close(result["y"], x @ weight.T + b)
        if initial:
            close(weight, v, rtol=1e-6)
        result["weight"] = weight
        cases.append(case(name, {"layer": "weight_norm_linear", "dim": 0},
                          {"x": x, "weight_v": v, "weight_g": gain, "bias": b, "grad_y": g_y}, result))
    return cases


class AtKink(Exception):
    """A ReLU input is so close to zero that rounding decides its gradient."""


def away_from_kinks(name, build):
    """build(generator) with the first generator that keeps ReLU inputs away from zero."""
    for attempt in range(50):
        try:
            return build(rng(f"{name} {attempt}"))
        except AtKink:
            continue
    raise AssertionError(f"{name}: no seed keeps the ReLU inputs away from zero")


def model_case(name, settings, inputs, parameters, forward, target):
    """Mean squared error of a model; gradients of everything that is a floating-point input or a parameter."""
    leaves = {key: tensor(value) for key, value in parameters.items()}
    data = {key: (tensor(value) if value.dtype.kind == "f" else torch.tensor(value)) for key, value in inputs.items()}
    y, kinks, outputs = forward(data, leaves)
    if any(pre.abs().min() < 2e-3 for pre in kinks):
        raise AtKink
    loss = ((y - tensor(target, False)) ** 2).mean()
    loss.backward()
    outputs = {"y": numbers(y), "loss": numbers(loss), **{key: numbers(value) for key, value in outputs.items()}}
    for key, leaf in {**{k: v for k, v in data.items() if v.requires_grad}, **leaves}.items():
        outputs[f"grad_{key}"] = numbers(leaf.grad)
    return case(name, {"layer": name, **settings}, {**inputs, **parameters, "target": target}, outputs)


def model_cases():
    eps, momentum = 1e-5, 0.1
    normed = {"eps": eps, "momentum": momentum, "float32_atol": 5e-6}  # gradients that cancel to 0 keep some noise

    def bn(x, p, key, outputs):
        mean, var = torch.zeros(x.shape[1]), torch.ones(x.shape[1])
        y = F.batch_norm(x, mean, var, p[f"{key}.weight"], p[f"{key}.bias"], training=True, momentum=momentum, eps=eps)
        outputs[f"{key}.running_mean"], outputs[f"{key}.running_var"] = mean, var
        return y

    def dense(r, p, key, n_in, n_out):
        p[f"{key}.weight"], p[f"{key}.bias"] = normal(r, n_out, n_in, scale=n_in ** -.5), normal(r, n_out, scale=.5)

    def norm(r, p, key, n):
        p[f"{key}.weight"], p[f"{key}.bias"] = normal(r, n, scale=.25) + 1, normal(r, n, scale=.25)

    def apply(x, p, key):
        return F.linear(x, p[f"{key}.weight"], p[f"{key}.bias"])

    def residual(with_norm):
        def forward(data, p):
            outputs = {}
            a0 = apply(data["x"], p, "linear0")
            h0 = torch.relu(a0)
            a1 = apply(h0, p, "linear1")
            if with_norm:
                a1 = bn(a1, p, "norm1", outputs)
            a2 = apply(torch.relu(a1), p, "linear2")
            if with_norm:
                a2 = bn(a2, p, "norm2", outputs)
            a3 = h0 + a2
            h1 = torch.relu(a3)
            outputs.update(hidden0=h0, hidden1=h1)
            return apply(h1, p, "linear3"), [a0, a1, a3], outputs
        return forward

    def residual_case(name, with_norm, r):
        p = {}
        for key, n_in, n_out in (("linear0", 5, 6), ("linear1", 6, 4), ("linear2", 4, 6), ("linear3", 6, 2)):
            dense(r, p, key, n_in, n_out)
            if with_norm and key in ("linear1", "linear2"):
                norm(r, p, key.replace("linear", "norm"), n_out)
        branch = "norm2(linear2(relu(norm1(linear1(h0)))))" if with_norm else "linear2(relu(linear1(h0)))"
        formula = f"h0 = relu(linear0(x)); h1 = relu(h0 + {branch}); y = linear3(h1); loss = mean((y - target)^2)"
        settings = {"formula": formula, **(normed if with_norm else {})}
        return model_case(name, settings, {"x": normal(r, 7, 5)}, p, residual(with_norm), normal(r, 7, 2))

    lo, hi = 0.0, 6.0

    def tabular(data, p):
        outputs = {}
        index = data["categories"]
        parts = [F.embedding(index[:, i], p[f"embedding{i}.weight"]) for i in range(2)]
        h = torch.cat(parts + [bn(data["continuous"], p, "norm_cont", outputs)], 1)
        kinks = []
        for i in range(2):
            a = apply(h, p, f"linear{i}")
            kinks.append(a)
            h = bn(torch.relu(a), p, f"norm{i}", outputs)
        return torch.sigmoid(apply(h, p, "linear2")) * (hi - lo) + lo, kinks, outputs

    def tabular_case(r):
        p = {"embedding0.weight": normal(r, 5, 3, scale=.5), "embedding1.weight": normal(r, 3, 2, scale=.5)}
        norm(r, p, "norm_cont", 3)
        for i, (n_in, n_out) in enumerate(((8, 6), (6, 4), (4, 1))):
            dense(r, p, f"linear{i}", n_in, n_out)
            if i < 2:
                norm(r, p, f"norm{i}", n_out)
        categories = np.stack([r.integers(0, 5, 9), r.integers(0, 3, 9)], 1)
        categories[0] = 0, 0
        formula = ("h = cat(embedding0(categories[:,0]), embedding1(categories[:,1]), norm_cont(continuous)); "
                   "h = norm0(relu(linear0(h))); h = norm1(relu(linear1(h))); "
                   "y = lo + (hi - lo) * sigmoid(linear2(h)); loss = mean((y - target)^2)")
        settings = {"formula": formula, **normed, "lo": lo, "hi": hi, "hidden": [6, 4], "layout": "v1"}
        return model_case("tabular_model", settings,
                          {"categories": categories, "continuous": normal(r, 9, 3, scale=2) + 1}, p, tabular,
                          np.abs(normal(r, 9, 1)) + 2)

    return [away_from_kinks("residual_mlp", lambda r: residual_case("residual_mlp", False, r)),
            away_from_kinks("residual_mlp_batch_norm", lambda r: residual_case("residual_mlp_batch_norm", True, r)),
            away_from_kinks("tabular_model", tabular_case)]


def layers():
    return (linear_cases() + embedding_cases() + batch_norm_cases() + layer_norm_cases() + weight_norm_cases()
            + model_cases())


# ---------------------------------------------------------------------------------------------- losses


def log_softmax(x):
    return scipy.special.log_softmax(x, axis=1)


def reduce_all(function, pred):
    """function(tensor, reduction) -> loss; returns the three reductions and the gradient of the mean."""
    t = tensor(pred)
    mean = function(t, "mean")
    mean.backward()
    return {"none": numbers(function(t, "none")), "mean": numbers(mean), "sum": numbers(function(t, "sum")),
            "grad_mean": numbers(t.grad)}


def regression_losses():
    r = rng("regression losses")
    sets = {}
    target = normal(r, 6, 2)
    sets["random"] = (target + off_zero(normal(r, 6, 2)), target)
    sets["exact"] = (normal(r, 4), None)
    sets["at_bounds"] = (f32([0.5, -0.5, 1, -1, 0.25, 2, 1e-3, -1e-3]), np.zeros(8))
    sets["extreme"] = (f32([1e4, -1e4, 1e4, 0, 1e-3]), f32([-1e4, 1e4, 1e4, 1e4, 0]))
    sets["one"] = (np.array([1.75]), np.array([-1.5]))
    cases = []
    for suffix, (pred, target) in sets.items():
        target = pred.copy() if target is None else target
        d, n = pred - target, pred.size
        inputs = {"pred": pred, "target": target}
        goal = tensor(target, False)

        result = reduce_all(lambda t, how: F.mse_loss(t, goal, reduction=how), pred)
        close(result["none"], d ** 2)
        close(result["grad_mean"], 2 * d / n)
        cases.append(case(f"mse_{suffix}", {"loss": "mse"}, inputs, result))

        result = reduce_all(lambda t, how: F.l1_loss(t, goal, reduction=how), pred)
        close(result["none"], np.abs(d))
        close(result["grad_mean"], np.sign(d) / n)
        cases.append(case(f"l1_{suffix}", {"loss": "l1"}, inputs, result))

        for delta in (1.0, 0.5):
            result = reduce_all(lambda t, how: F.huber_loss(t, goal, reduction=how, delta=delta), pred)
            close(result["none"], np.where(np.abs(d) <= delta, d * d / 2, delta * (np.abs(d) - delta / 2)))
            close(result["grad_mean"], np.clip(d, -delta, delta) / n)
            cases.append(case(f"huber_{delta:g}_{suffix}", {"loss": "huber", "delta": delta}, inputs, result))
    return cases


def logit_sets():
    r = rng("logits")
    extreme = f32([[1e4, -1e4, 0, 5], [1e4, -1e4, 0, 5], [-1e4, -1e4, -1e4, 1e4], [1e4, 1e4, 1e4, 1e4],
                   [0, 0, 0, 1e4], [-1e4, 0, 1e4, -1e4], [30, -30, 1e-3, -1e-3]])
    return {
        "random": (normal(r, 8, 4, scale=2), np.array([0, 3, 1, 2, 0, 3, 3, 1])),
        "extreme": (extreme, np.array([0, 1, 3, 0, 3, 1, 0])),
        "one_row": (normal(r, 1, 4), np.array([3])),
        "two_classes": (normal(r, 5, 2), np.array([0, 1, 1, 0, 1])),
    }


def cross_entropy_losses():
    cases, eps = [], 0.1

    def smoothed(weight):
        """fastai's form: eps/c * sum(-log p) + (1 - eps) * nll, each part reduced on its own."""
        def function(t, how, goal):
            logp = torch.log_softmax(t, 1)
            flat = -logp.sum(1)
            flat = {"none": flat, "mean": flat.mean(), "sum": flat.sum()}[how]
            return eps / t.shape[1] * flat + (1 - eps) * F.nll_loss(logp, goal, weight=weight, reduction=how)
        return function

    for suffix, (x, y) in logit_sets().items():
        goal, c = torch.tensor(y), x.shape[1]
        w = f32([0.5, 2, 1.25, 3][:c])
        tw = tensor(w, False)
        rows = np.arange(len(y))
        nll = -log_softmax(x)[rows, y]
        inputs = {"logits": x, "target": y}
        forms = {
            "cross_entropy": ({}, {}, lambda t, how: F.cross_entropy(t, goal, reduction=how)),
            "cross_entropy_weights": ({}, {"weight": w}, lambda t, how: F.cross_entropy(t, goal, tw, reduction=how)),
            "cross_entropy_smoothing": ({"label_smoothing": eps}, {}, lambda t, how: smoothed(None)(t, how, goal)),
            "cross_entropy_weights_smoothing": ({"label_smoothing": eps, "form": "fastai"}, {"weight": w},
                                                lambda t, how: smoothed(tw)(t, how, goal)),
            "cross_entropy_weights_smoothing_torch": (
                {"label_smoothing": eps, "form": "torch"}, {"weight": w},
                lambda t, how: F.cross_entropy(t, goal, tw, reduction=how, label_smoothing=eps)),
        }
        for name, (settings, more, function) in forms.items():
            result = reduce_all(function, x)
            if name == "cross_entropy":
                close(result["none"], nll)
                close(result["grad_mean"], (np.exp(log_softmax(x)) - np.eye(c)[y]) / len(y))
            if name == "cross_entropy_weights":
                close(result["mean"], (w[y] * nll).sum() / w[y].sum())
                close(result["none"], w[y] * nll)
            if name == "cross_entropy_smoothing":
                native = reduce_all(lambda t, how: F.cross_entropy(t, goal, reduction=how, label_smoothing=eps), x)
                for key in result:
                    close(result[key], native[key])
            if name == "cross_entropy_weights_smoothing":
                flat = -log_softmax(x).sum(1) * eps / c
                close(result["none"], flat + (1 - eps) * w[y] * nll)
                close(result["mean"], flat.mean() + (1 - eps) * (w[y] * nll).sum() / w[y].sum())
            for key, value in result.items():
                assert np.isfinite(value).all(), (name, suffix, key)
            cases.append(case(f"{name}_{suffix}", {"loss": "cross_entropy", "label_smoothing": 0.0, **settings},
                              {**inputs, **more}, result))
    return cases


def focal(x, y, gamma, w=None):
    """(1 - p_t)^gamma * ce with p_t = exp(-ce), ce weighted as in fastai; the gradient is its limit where ce is 0."""
    w = np.ones(x.shape[1]) if w is None else w
    p = np.exp(log_softmax(x))
    ce = -w[y] * log_softmax(x)[np.arange(len(y)), y]
    q = -np.expm1(-ce)
    loss = q ** gamma * ce
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(q > 0, q ** gamma + gamma * q ** (gamma - 1) * np.exp(-ce) * ce, 0.0)
    grad = (slope * w[y])[:, None] * (p - np.eye(x.shape[1])[y])
    return {"none": loss, "mean": loss.mean(), "sum": loss.sum(), "grad_mean": grad / len(y)}


def focal_losses():
    cases = []
    for suffix, (x, y) in logit_sets().items():
        goal = torch.tensor(y)
        for gamma in (2.0, 0.5):
            for weighted in (False, True):
                w = f32([0.5, 2, 1.25, 3][:x.shape[1]]) if weighted else None
                tw = None if w is None else tensor(w, False)

                def function(t, how):
                    ce = F.cross_entropy(t, goal, tw, reduction="none")
                    loss = (1 - torch.exp(-ce)) ** gamma * ce
                    return {"none": loss, "mean": loss.mean(), "sum": loss.sum()}[how]

                result, native = focal(x, y, gamma, w), reduce_all(function, x)
                for key in ("none", "mean", "sum"):
                    close(result[key], native[key])
                finite = np.isfinite(native["grad_mean"])  # autograd yields 0 * inf where ce is 0 and gamma < 1
                close(result["grad_mean"][finite], native["grad_mean"][finite], rtol=1e-8)
                assert finite.all() or suffix == "extreme"
                assert all(np.isfinite(value).all() for value in result.values())
                name = f"focal_{gamma:g}{'_weights' if weighted else ''}_{suffix}"
                cases.append(case(name, {"loss": "focal", "gamma": gamma},
                                  {"logits": x, "target": y, **({"weight": w} if weighted else {})}, result))
    return cases


def bce_losses():
    r = rng("bce")
    x = normal(r, 6, 3, scale=2)
    sets = {
        "random": (x, (r.random((6, 3)) < .4) * 1.0),
        "soft_targets": (x, np.round(r.random((6, 3)) * 64) / 64),
        "extreme": (f32([[1e4, -1e4, 1e4], [-1e4, 0, 0], [30, -30, 1e-3], [89, -104, 104], [1e4, -1e4, 1e4]]),
                    np.array([[1, 0, 0], [1, 0, 1], [0, 1, 1], [0, 1, 1], [.5, .5, .25]])),
        "one": (np.array([[0.5, -0.75, 2]]), np.array([[1.0, 1, 0]])),
    }
    cases = []
    for suffix, (x, y) in sets.items():
        goal = tensor(y, False)
        for name, pos in (("bce_with_logits", None), ("bce_with_logits_pos_weight", f32([0.5, 2, 3.5]))):
            tp = None if pos is None else tensor(pos, False)
            result = reduce_all(
                lambda t, how: F.binary_cross_entropy_with_logits(t, goal, pos_weight=tp, reduction=how), x)
            k = np.ones(3) if pos is None else pos
            close(result["none"], k * y * np.logaddexp(0, -x) + (1 - y) * np.logaddexp(0, x))
            s = scipy.special.expit
            close(result["grad_mean"], ((1 - y) * s(x) - k * y * s(-x)) / x.size)
            cases.append(case(f"{name}_{suffix}", {"loss": "bce_with_logits"},
                              {"logits": x, "target": y, **({} if pos is None else {"pos_weight": pos})}, result))
    return cases


def losses():
    cases = regression_losses() + cross_entropy_losses() + bce_losses() + focal_losses()
    x = np.array([[1.0, 2, 3]])
    for target, ce, smooth, focal2 in ((2, "0.407606", "0.507606", "0.0456778"), (0, None, "2.307606", "1.993605")):
        y = np.array([target])
        nll = -log_softmax(x)[0, target]
        if ce:
            printed(nll, ce)
        printed(0.1 / 3 * -log_softmax(x).sum() + 0.9 * nll, smooth)
        result = focal(x, y, 2.0)
        printed(float(result["mean"]), focal2)
        inputs = {"logits": x, "target": y}
        cases.append(case(f"focal_2_logits_123_target_{target}", {"loss": "focal", "gamma": 2.0}, inputs, result))
        native = reduce_all(lambda t, how: F.cross_entropy(t, torch.tensor(y), reduction=how, label_smoothing=0.1), x)
        printed(float(native["mean"]), smooth)
        cases.append(case(f"cross_entropy_smoothing_logits_123_target_{target}",
                          {"loss": "cross_entropy", "label_smoothing": 0.1}, inputs, native))
    return cases


# ---------------------------------------------------------------------------------------------- metrics

BETAS = {"0.5": 0.5, "1": 1.0, "2": 2.0}


def averaged(y, pred, averages, labels=None, suffix=""):
    out = {}
    for average in averages:
        args = dict(average=average, zero_division=0, labels=labels)
        name = ("none" if average is None else average) + suffix
        out[f"precision_{name}"] = skm.precision_score(y, pred, **args)
        out[f"recall_{name}"] = skm.recall_score(y, pred, **args)
        for text, beta in BETAS.items():
            out[f"fbeta_{text}_{name}"] = skm.fbeta_score(y, pred, beta=beta, **args)
    return out


def multiclass_metrics():
    cases = []

    def add(name, scores, y, note=None):
        c = scores.shape[1]
        pred = scores.argmax(1)
        labels = list(range(c))
        out = {"accuracy": skm.accuracy_score(y, pred), "error_rate": 1 - skm.accuracy_score(y, pred)}
        if "tie" not in name:
            for k in (2, 3, 5):
                if k < c:
                    value = skm.top_k_accuracy_score(y, scores, k=k, labels=labels)
                    close(value, np.mean([(scores[i] > scores[i, t]).sum() < k for i, t in enumerate(y)]))
                    out[f"top_{k}"] = value
        out.update(averaged(y, pred, ("micro", "macro", "weighted")))
        out.update(averaged(y, pred, ("macro",), labels, "_all_labels"))
        out.update(averaged(y, pred, (None,), labels))
        close(out["accuracy"], out["precision_micro"])
        close(out["accuracy"], out["recall_micro"])
        settings = {"metric": "multiclass", "classes": c, "zero_division": 0, **({"note": note} if note else {})}
        cases.append(case(name, settings, {"scores": scores, "target": y}, out))

    for i, (n, c) in enumerate(((50, 6), (40, 3), (60, 10), (7, 6))):
        r = rng(f"multiclass {i}")
        y = r.integers(0, c, n)
        scores = normal(r, n, c)
        scores[np.arange(n), y] += 1
        add(f"multiclass_random_{i}", scores, y)
    r = rng("multiclass degenerate")
    scores = normal(r, 20, 6)
    y = r.integers(0, 6, 20)
    add("multiclass_target_class_missing", scores, np.where(y == 2, 4, y))
    add("multiclass_class_never_predicted", np.where(np.arange(6) == 3, -9.0, scores), y)
    add("multiclass_class_in_neither", np.where(np.arange(6) == 3, -9.0, scores), np.where(y == 3, 0, y),
        "macro averages over the 5 classes that occur; macro_all_labels over 6")
    add("multiclass_one_target_class", scores, np.full(20, 5))
    add("multiclass_all_wrong", np.where(np.arange(6) == ((y + 1) % 6)[:, None], 9.0, scores), y)
    add("multiclass_perfect", np.where(np.arange(6) == y[:, None], 9.0, scores), y)
    add("multiclass_one_item", scores[:1], y[:1])
    add("multiclass_ties_first_index_wins", np.zeros((6, 6)), np.array([0, 1, 2, 0, 4, 5]),
        "argmax of equal scores is the first index")
    return cases


def binary_metrics():
    cases = []

    def add(name, p, y):
        scores = np.stack([1 - p, p], 1)
        pred = (p > .5).astype(int)
        assert (scores.argmax(1) == pred).all()
        out = {"accuracy": skm.accuracy_score(y, pred), "error_rate": 1 - skm.accuracy_score(y, pred)}
        out.update(averaged(y, pred, ("binary",)))
        out.update(averaged(y, pred, ("micro", "macro", "weighted")))
        cases.append(case(name, {"metric": "binary", "positive": 1, "threshold": 0.5, "zero_division": 0},
                          {"scores": scores, "target": y}, out))

    def grid(p):
        return np.round(np.clip(p, .01, .99) * 1024) / 1024

    for i, n in enumerate((40, 25, 100)):
        r = rng(f"binary {i}")
        y = (r.random(n) < .4).astype(int)
        add(f"binary_random_{i}", grid(.3 * y + .7 * r.random(n)), y)
    r = rng("binary degenerate")
    p, y = grid(r.random(12)), (r.random(12) < .5).astype(int)
    add("binary_nothing_predicted_positive", p / 4, y)
    add("binary_everything_predicted_positive", .5 + p / 4, y)
    add("binary_no_positive_target", p, np.zeros(12, int))
    add("binary_only_positive_target", p, np.ones(12, int))
    add("binary_no_positive_at_all", p / 4, np.zeros(12, int))
    add("binary_perfect", .25 + .5 * y, y)
    add("binary_all_wrong", .75 - .5 * y, y)
    add("binary_one_item", np.array([.75]), np.array([1]))
    return cases


def auc_by_counting(y, s):
    """Share of (positive, negative) pairs in the right order; a tie counts one half."""
    pos, neg = s[y == 1][:, None], s[y == 0][None, :]
    return ((pos > neg) + .5 * (pos == neg)).mean()


def roc_metrics():
    cases = []

    def add_binary(name, s, y):
        settings, out = {"metric": "roc_auc_binary"}, {}
        try:
            value = skm.roc_auc_score(y, s)
            close(value, auc_by_counting(y, s))
            out["roc_auc"] = value
        except ValueError as e:
            settings.update(undefined=True, sklearn_error=str(e))
        cases.append(case(name, settings, {"scores": s, "target": y}, out))

    for i, n in enumerate((30, 80, 11)):
        r = rng(f"roc binary {i}")
        y = (r.random(n) < .4).astype(int)
        add_binary(f"roc_auc_binary_random_{i}", normal(r, n) + y, y)
        add_binary(f"roc_auc_binary_ties_{i}", np.round((r.random(n) + .5 * y) * 4) / 8, y)
    y = np.array([0, 1, 1, 0, 1, 0, 0, 1])
    add_binary("roc_auc_binary_all_tied", np.full(8, .5), y)
    add_binary("roc_auc_binary_perfect", y * 1.0, y)
    add_binary("roc_auc_binary_reversed", 1.0 - y, y)
    add_binary("roc_auc_binary_one_of_each", np.array([.25, .75]), np.array([0, 1]))
    add_binary("roc_auc_binary_extreme_scores", f32([-1e30, 1e30, 0, -1e-30, 1e-30, 1e4, -1e4, 1]), y)
    add_binary("roc_auc_binary_no_positive", np.arange(5) / 8, np.zeros(5, int))
    add_binary("roc_auc_binary_no_negative", np.arange(5) / 8, np.ones(5, int))

    def add_multi(name, p, y):
        c = p.shape[1]
        settings, out = {"metric": "roc_auc_multiclass", "multi_class": "ovr", "classes": c}, {}
        try:
            for average in ("macro", "weighted"):
                out[f"roc_auc_ovr_{average}"] = skm.roc_auc_score(y, p, multi_class="ovr", average=average,
                                                                  labels=list(range(c)))
            each = [auc_by_counting((y == k) * 1, p[:, k]) for k in range(c)]
            close(out["roc_auc_ovr_macro"], np.mean(each))
            out["roc_auc_ovr_each"] = np.array(each)
        except ValueError as e:
            out = {}
            settings.update(undefined=True, sklearn_error=str(e))
        cases.append(case(name, settings, {"scores": p, "target": y}, out))

    for i, (n, c) in enumerate(((40, 3), (60, 5))):
        r = rng(f"roc multi {i}")
        y = np.concatenate([np.arange(c), r.integers(0, c, n - c)])
        add_multi(f"roc_auc_multiclass_random_{i}",
                  f32(scipy.special.softmax(normal(r, n, c) + 1.5 * np.eye(c)[y], axis=1)), y)
        ties = f32(np.array([np.bincount(r.integers(0, c, 8), minlength=c) for _ in range(n)]) / 8)
        add_multi(f"roc_auc_multiclass_ties_{i}", ties, y)
    add_multi("roc_auc_multiclass_class_missing", ties, np.where(y == 2, 0, y))
    return cases


def regression_metrics():
    cases = []

    def add(name, pred, y):
        out = {"mae": skm.mean_absolute_error(y, pred), "mse": skm.mean_squared_error(y, pred),
               "rmse": skm.mean_squared_error(y, pred, squared=False)}
        close(out["mae"], np.abs(pred - y).mean())
        close(out["rmse"], math.sqrt(((pred - y) ** 2).mean()))
        if (pred >= 0).all() and (y >= 0).all():
            out["msle"] = skm.mean_squared_log_error(y, pred)
            close(out["msle"], ((np.log1p(y) - np.log1p(pred)) ** 2).mean())
        out["r2"] = skm.r2_score(y, pred)
        out["explained_variance"] = skm.explained_variance_score(y, pred)
        out["r2_formula"] = skm.r2_score(y, pred, force_finite=False)
        out["explained_variance_formula"] = skm.explained_variance_score(y, pred, force_finite=False)
        settings = {"metric": "regression"}
        if y.var() > 0:
            close(out["r2"], 1 - ((y - pred) ** 2).sum() / ((y - y.mean()) ** 2).sum(), rtol=1e-9)
            close(out["explained_variance"], 1 - (y - pred).var() / y.var(), rtol=1e-9)
        else:
            settings["note"] = ("constant target: r2 and explained_variance are scikit-learn's convention "
                                "(1 if perfect, else 0), *_formula what the formula itself gives")
        cases.append(case(name, settings, {"pred": pred, "target": y}, out))

    for i, n in enumerate((30, 75, 10)):
        r = rng(f"regression {i}")
        y = normal(r, n, scale=3)
        add(f"regression_random_{i}", y + normal(r, n), y)
        positive = np.abs(y) + .25
        add(f"regression_positive_{i}", np.abs(positive + normal(r, n, scale=.5)), positive)
    r = rng("regression degenerate")
    pred, y = normal(r, 12), normal(r, 12)
    add("regression_unrelated", pred, y)
    add("regression_perfect", y, y)
    add("regression_shifted", y + 2, y)
    add("regression_constant_prediction", np.full(12, .5), y)
    add("regression_constant_target", pred, np.full(12, .75))
    add("regression_constant_target_perfect", np.full(12, .75), np.full(12, .75))
    add("regression_constant_target_shifted", np.full(12, 1.25), np.full(12, .75))
    add("regression_large_offset", f32(1048576 + 4 * y + normal(r, 12)), f32(1048576 + 4 * y))
    add("regression_one_item", pred[:1], y[:1])
    return cases


def exp_rmspe(pred, y):
    return math.sqrt(np.mean(np.expm1(pred - y) ** 2))


def exp_rmspe_metrics():
    cases = []

    def add(name, pred, y, batch_size, **settings):
        whole = exp_rmspe(pred, y)
        close(whole, math.sqrt((((np.exp(y) - np.exp(pred)) / np.exp(y)) ** 2).mean()), rtol=1e-9)
        total, per_batch = 0.0, []
        for i in range(0, len(y), batch_size):
            value = exp_rmspe(pred[i:i + batch_size], y[i:i + batch_size])
            per_batch.append(value)
            total += value * len(y[i:i + batch_size])
        mean = total / len(y)
        assert mean <= whole * (1 + 1e-12)
        cases.append(case(name, {"metric": "exp_rmspe", "batch_size": batch_size, **settings},
                          {"pred": pred, "target": y},
                          {"whole": whole, "batch_mean": mean, "per_batch": np.array(per_batch)}))
        return whole, mean

    for i, (n, bs) in enumerate(((10, 4), (64, 16), (33, 32), (5, 8))):
        r = rng(f"exp_rmspe {i}")
        y = np.round((8 + .5 * r.standard_normal(n)) * 1024) / 1024
        add(f"exp_rmspe_random_{i}", y + normal(r, n, scale=.2), y, bs)
    whole, mean = add("exp_rmspe_errors_.1_.1_.3_0", np.log([1.1, .9, 1.3, 1.0]), np.zeros(4), 2, float64_inputs=True)
    printed(whole, "0.165831")
    printed(mean, "0.156066")
    true, predicted = np.log([100.0, 200, 400]), np.log([110.0, 180, 400])
    whole, _ = add("exp_rmspe_sales_100_200_400", predicted, true, 3, float64_inputs=True)
    printed(whole, "0.0816497")
    printed(math.sqrt(((true - predicted) ** 2).mean()), "0.0820262")
    add("exp_rmspe_perfect", np.array([8.5, 9.0]), np.array([8.5, 9.0]), 2)
    return cases


def metrics():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return multiclass_metrics() + binary_metrics() + roc_metrics() + regression_metrics() + exp_rmspe_metrics()


# ---------------------------------------------------------------------------------------------- optimizers
# One function per rule, written from the formulas: (parameter, gradient, state, hyper-parameters) -> new parameter.
# Order of a step: weight decay, averages, step. `s` is the state of one tensor, `s["t"]` counts steps from 1.


def decay(p, g, h):
    """Decoupled: the parameter shrinks by lr*wd, the gradient stays. L2: wd*p joins the gradient."""
    if h["decoupled"]:
        return p * (1 - h["lr"] * h["wd"]), g
    return p, g + h["wd"] * p


def running(s, key, rate, value, weight):
    s[key] = rate * s.get(key, np.zeros_like(value)) + weight * value
    return s[key]


def step_sgd(p, g, s, h):
    if h["mom"] == 0:
        return p - h["lr"] * g
    avg = running(s, "avg", h["mom"], g, 1.0)
    return p - h["lr"] * (g + h["mom"] * avg if h.get("nesterov") else avg)


def debiased(s, g, h):
    avg = running(s, "avg", h["mom"], g, 1 - h["mom"]) / (1 - h["mom"] ** s["t"])
    sqr = running(s, "sqr", h["sqr_mom"], g * g, 1 - h["sqr_mom"]) / (1 - h["sqr_mom"] ** s["t"])
    return avg, sqr


def step_adam(p, g, s, h):
    avg, sqr = debiased(s, g, h)
    return p - h["lr"] * avg / (np.sqrt(sqr) + h["eps"])


def step_rmsprop(p, g, s, h):
    top = g if h["mom"] == 0 else running(s, "avg", h["mom"], g, 1.0)
    sqr = running(s, "sqr", h["sqr_mom"], g * g, 1 - h["sqr_mom"])
    return p - h["lr"] * top / (np.sqrt(sqr) + h["eps"])


def step_rmsprop_torch(p, g, s, h):
    sqr = running(s, "sqr", h["sqr_mom"], g * g, 1 - h["sqr_mom"])
    return p - h["lr"] * running(s, "avg", h["mom"], g / (np.sqrt(sqr) + h["eps"]), 1.0)


def rectification(t, sqr_mom):
    """RAdam: length of the simple moving average that the exponential one at step t stands for, and its maximum."""
    longest = 2 / (1 - sqr_mom) - 1
    return longest - 2 * t * sqr_mom ** t / (1 - sqr_mom ** t), longest


def step_radam(p, g, s, h):
    avg, sqr = debiased(s, g, h)
    r, longest = rectification(s["t"], h["sqr_mom"])
    if r <= 5:
        return p - h["lr"] * avg
    v = math.sqrt((r - 4) * (r - 2) * longest / ((longest - 4) * (longest - 2) * r))
    return p - h["lr"] * v * avg / (np.sqrt(sqr) + h["eps"])


def step_lamb(p, g, s, h):
    avg, sqr = debiased(s, g, h)
    direction = avg / (np.sqrt(sqr) + h["eps"])
    r1, r2 = math.sqrt((p * p).mean()), math.sqrt((direction * direction).mean())
    trust = 1.0 if r1 == 0 or r2 == 0 else min(r1 / r2, 10.0)
    s.setdefault("trust", []).append(trust)
    return p - h["lr"] * trust * direction


STEPS = {"sgd": step_sgd, "adam": step_adam, "rmsprop": step_rmsprop, "rmsprop_torch": step_rmsprop_torch,
         "radam": step_radam, "lamb": step_lamb}


def trajectory(rule, p0, grads, h, schedule=None, state=None):
    """Parameters after each step; with "k" in h: lookahead around the rule."""
    s, p, slow, out = ({} if state is None else state), p0.copy(), p0.copy(), []
    for t, g in enumerate(grads, 1):
        now = {**h, **{key: values[t - 1] for key, values in (schedule or {}).items()}}
        s["t"] = t
        p, g = decay(p, g, now)
        p = STEPS[rule](p, g, s, now)
        if "k" in h and t % h["k"] == 0:
            slow = slow + h["alpha"] * (p - slow)
            p = slow.copy()
        out.append(p.copy())
    return np.stack(out)


def torch_trajectory(make, p0, grads, schedule=None):
    p = tensor(p0)
    optimizer, out = make([p]), []
    for t, g in enumerate(grads):
        for group in optimizer.param_groups:
            for key, values in (schedule or {}).items():
                if key == "mom" and "betas" in group:
                    group["betas"] = (values[t], group["betas"][1])
                else:
                    group["momentum" if key == "mom" else key] = values[t]
        p.grad = tensor(g, False)
        optimizer.step()
        out.append(numbers(p))
    return np.stack(out)


def torch_twin(rule, h):
    """The torch.optim optimizer with the same semantics, or None."""
    o, lr, wd, eps = torch.optim, h["lr"], h["wd"], h.get("eps")
    betas = (h["mom"], h.get("sqr_mom"))
    if "k" in h:
        return None
    if rule == "sgd" and (wd == 0 or not h["decoupled"] or h["mom"] == 0):  # plain SGD: both decays coincide
        return lambda p: o.SGD(p, lr, momentum=h["mom"], weight_decay=wd, nesterov=h.get("nesterov", False))
    if rule == "adam":
        return lambda p: (o.AdamW if h["decoupled"] else o.Adam)(p, lr, betas=betas, eps=eps, weight_decay=wd)
    same_rmsprop = rule == "rmsprop_torch" or (rule == "rmsprop" and h["mom"] == 0)
    if same_rmsprop and (wd == 0 or not h["decoupled"]):
        return lambda p: o.RMSprop(p, lr, alpha=h["sqr_mom"], eps=eps, momentum=h["mom"], weight_decay=wd)
    if rule == "radam" and eps == 0 and (wd == 0 or not h["decoupled"]):  # torch's eps is scaled by the debiasing
        return lambda p: o.RAdam(p, lr, betas=betas, eps=eps, weight_decay=wd)
    return None


def optimizers():
    r = rng("optimizers")
    p0 = f32([1, -0.5, 0.25, 2, -1.5, 0.75, 0])
    grads = normal(r, 10, 7, scale=.5)
    grads = off_zero(grads)
    grads[:, 1] = np.abs(grads[:, 1])             # always the same sign
    grads[:, 3] = f32(grads[:, 3] * 1e-5)         # small enough for eps to matter
    grads[:, 4] *= 4                              # large
    grads[:, 5] = 0                               # no gradient: only decay may move it
    grads[3, 0] = grads[7, 0] = 0                 # now and then none
    cases = []

    def add(name, rule, h, variant, inputs=None, schedule=None):
        path = trajectory(rule, p0, grads, h, schedule)
        twin = torch_twin(rule, h)
        if twin:
            expected = torch_trajectory(twin, p0, grads, schedule)
            close(path, expected, atol=1e-13)
        assert h["wd"] != 0 or (path[:, 5] == p0[5]).all(), "moved without gradient or decay"
        assert np.isfinite(path).all() and np.abs(path).max() < 50, name
        settings = {"optimizer": rule, "variant": variant, **h, "torch": bool(twin)}
        cases.append(case(f"{name}_{variant}", settings, {"p0": p0, "grads": grads, **(inputs or {})},
                          {"trajectory": path}))
        return path

    betas = {"mom": 0.9, "sqr_mom": 0.99}
    kinds = [
        # name, rule, hyper-parameters, high learning rate, other momentum
        ("sgd", "sgd", {"lr": 0.1, "mom": 0.0}, 1.0, None),
        ("sgd_momentum", "sgd", {"lr": 0.1, "mom": 0.9}, 0.5, 0.5),
        ("sgd_nesterov", "sgd", {"lr": 0.1, "mom": 0.9, "nesterov": True}, 0.5, 0.5),
        ("adam_eps_1e-5", "adam", {"lr": 0.01, **betas, "eps": 1e-5}, 0.3, 0.95),
        ("adam_eps_1e-8", "adam", {"lr": 0.01, **betas, "eps": 1e-8}, 0.3, 0.95),
        ("rmsprop", "rmsprop", {"lr": 0.01, "mom": 0.0, "sqr_mom": 0.99, "eps": 1e-8}, 0.1, 0.9),
        ("rmsprop_torch", "rmsprop_torch", {"lr": 0.01, "mom": 0.9, "sqr_mom": 0.99, "eps": 1e-8}, 0.05, 0.5),
        ("radam", "radam", {"lr": 0.05, **betas, "eps": 1e-5}, 0.5, 0.5),
        ("lookahead_adam", "adam", {"lr": 0.01, **betas, "eps": 1e-5, "k": 6, "alpha": 0.5}, 0.3, 0.95),
        ("ranger", "radam", {"lr": 0.05, "mom": 0.95, "sqr_mom": 0.99, "eps": 1e-6, "k": 6, "alpha": 0.5}, 0.5, 0.5),
    ]
    for name, rule, h, high_lr, other_momentum in kinds:
        h = {**h, "wd": 0.0, "decoupled": True}
        plain = add(name, rule, h, "plain")
        others = [add(name, rule, {**h, "wd": 0.2}, "wd_decoupled"),
                  add(name, rule, {**h, "wd": 0.2, "decoupled": False}, "wd_l2"),
                  add(name, rule, {**h, "lr": high_lr}, "high_lr"),
                  add(name, rule, {**h, "lr": high_lr, "wd": 0.2}, "high_lr_wd_decoupled")]
        if other_momentum is not None:
            others.append(add(name, rule, {**h, "mom": other_momentum}, "other_momentum"))
        for other in others:
            assert np.abs(other - plain).max() > 1e-3, f"{name}: a variant is indistinguishable from the plain one"
    add("ranger", "radam", {**kinds[-1][2], "wd": 0.01, "decoupled": True}, "defaults")
    adamw = {"lr": 0.01, **betas, "eps": 1e-5, "wd": 0.01, "decoupled": True}
    add("adamw", "adam", adamw, "defaults")
    add("adamw", "adam", {**adamw, "eps": 1e-8, "wd": 0.2}, "eps_1e-8_wd_0.2")

    # hyper-parameters that change from step to step; the debiasing uses the momentum of the step
    lr = f32([0.004, 0.01, 0.04, 0.08, 0.1, 0.09, 0.06, 0.03, 0.01, 0.001])
    mom = f32([0.95, 0.93, 0.9, 0.87, 0.85, 0.86, 0.88, 0.9, 0.93, 0.95])
    for name, rule, h in (("adamw", "adam", {**adamw, "wd": 0.2}),
                          ("adam_l2", "adam", {**adamw, "wd": 0.2, "decoupled": False}),
                          ("sgd_momentum", "sgd", {"lr": 0.1, "mom": 0.9, "wd": 0.0, "decoupled": True}),
                          ("sgd_momentum_wd", "sgd", {"lr": 0.1, "mom": 0.9, "wd": 0.2, "decoupled": True}),
                          ("ranger", "radam", {**kinds[-1][2], "wd": 0.01, "decoupled": True})):
        add(name, rule, {**h, "scheduled": True}, "scheduled", {"lr": lr, "mom": mom}, {"lr": lr, "mom": mom})

    cases += lamb_cases(normal(rng("lamb a"), 2, 3), grads)
    checks_of_optimizers(grads)
    cases += printed_optimizer_cases()
    return cases


def lamb_cases(a0, grads):
    r = rng("lamb")
    b0 = f32([0.01, -0.02, 0.005, 0.015])          # small: its trust ratio is far below that of the other tensor
    zero = np.zeros(3)                             # trust ratio 1 in the first step
    large = f32([40, -50, 60])                     # trust ratio limited to 10
    grads_a, grads_b, grads_c, grads_d = (off_zero(normal(r, 10, *p.shape)) for p in (a0, b0, zero, large))
    cases = []
    h0 = {"lr": 0.01, "mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5, "wd": 0.0, "decoupled": True}
    for variant, changes in (("plain", {}), ("wd_decoupled", {"wd": 0.2}), ("wd_l2", {"wd": 0.2, "decoupled": False}),
                             ("high_lr", {"lr": 0.1}), ("other_momentum", {"mom": 0.95})):
        h = {**h0, **changes}
        inputs, outputs = {}, {}
        for key, p, g in (("a", a0, grads_a), ("b", b0, grads_b), ("c", zero, grads_c), ("d", large, grads_d)):
            state = {}
            inputs[f"p0_{key}"], inputs[f"grads_{key}"] = p, g
            outputs[f"trajectory_{key}"] = trajectory("lamb", p, g, h, state=state)
            outputs[f"trust_{key}"] = np.array(state["trust"])
        assert outputs["trust_c"][0] == 1 and (outputs["trust_d"] == 10).any()
        assert np.abs(np.log(outputs["trust_a"] / outputs["trust_b"])).max() > 1
        settings = {"optimizer": "lamb", "variant": variant, **h, "torch": False}
        cases.append(case(f"lamb_{variant}", settings, inputs, outputs))
    return cases


def checks_of_optimizers(grads):
    """RAdam against torch's (equal for eps 0), and the step from which it is rectified."""
    r, longest = rectification(5, 0.99)
    assert r <= 5 < rectification(6, 0.99)[0] and abs(longest - 199) < 1e-9
    g = off_zero(grads[:, [0, 1, 2, 4, 6]])
    p = np.linspace(-1, 1, 5)
    for wd in (0.0, 0.2):
        h = {"lr": 0.05, "mom": 0.9, "sqr_mom": 0.99, "eps": 0.0, "wd": wd, "decoupled": False}
        close(trajectory("radam", p, g, h), torch_trajectory(torch_twin("radam", h), p, g), atol=1e-13)
    # lookahead: alpha 1 is the inner optimizer, alpha 0 returns to the start every k steps
    h = {"lr": 0.05, "mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5, "wd": 0.1, "decoupled": True}
    close(trajectory("adam", p, g, {**h, "k": 3, "alpha": 1.0}), trajectory("adam", p, g, h))
    close(trajectory("adam", p, g, {**h, "k": 3, "alpha": 0.0})[2], p)


def printed_optimizer_cases():
    h = {"lr": 0.1, "mom": 0.9, "sqr_mom": 0.99, "eps": 1e-5, "wd": 0.01, "decoupled": True}
    cases = []

    def add(name, changes, grads, expected):
        settings, one = {**h, **changes}, np.ones(1)
        path = trajectory("adam", one, grads, settings)
        close(path, torch_trajectory(torch_twin("adam", settings), one, grads), atol=1e-13)
        for step, text in expected:
            printed(float(path[step - 1, 0]), text)
        cases.append(case(name, {"optimizer": "adam", "variant": "printed", **settings, "torch": True,
                                 "float64_inputs": True}, {"p0": one, "grads": grads}, {"trajectory": path}))

    add("adam_printed_constant_gradient", {}, np.full((5, 1), 0.1),
        ((1, ".8990099990001"), (2, ".7981209880012"), (5, ".4960588856153")))
    for eps, text in ((1e-5, ".95"), (1e-8, ".90010")):
        add(f"adam_printed_small_gradient_eps_{eps:g}", {"eps": eps, "wd": 0.0}, np.full((1, 1), 1e-5), ((1, text),))
    return cases


# ---------------------------------------------------------------------------------------------- schedules


def linear(start, end, p):
    return start + (end - start) * p


def cosine(start, end, p):
    return end + (start - end) / 2 * (1 + math.cos(math.pi * p))


def exponential(start, end, p):
    return start * (end / start) ** p


def polynomial(start, end, p, power):
    return start + (end - start) * p ** power


def two_cosines(split, start, middle, end, p):
    return cosine(start, middle, p / split) if p < split else cosine(middle, end, (p - split) / (1 - split))


def schedules():
    r = rng("schedules")
    grid = np.arange(101) / 100
    spread = np.sort(r.random(100))
    cases = []

    def simple(name, settings, function):
        pos = np.concatenate([grid, spread])
        value = np.array([function(p) for p in pos])
        cases.append(case(name.replace("__", "_"), {"schedule": name.split("__")[0], **settings},
                          {"position": pos}, {"value": value}))

    for suffix, start, end in (("down", 0.1, 0.001), ("up", 0.001, 0.1)):
        for name, function in (("linear", linear), ("cosine", cosine), ("exponential", exponential)):
            simple(f"{name}__{suffix}", {"start": start, "end": end}, lambda p: function(start, end, p))
        simple(f"polynomial__{suffix}", {"start": start, "end": end, "power": 2},
               lambda p: polynomial(start, end, p, 2))
    close([c["outputs"]["value"][0] for c in cases], [c["settings"]["start"] for c in cases])
    close([c["outputs"]["value"][100] for c in cases], [c["settings"]["end"] for c in cases])

    def one_cycle_v1(n, top, pct=0.3, div=25.0, final_div=25e4, moms=(0.95, 0.85)):
        first = int(n * pct)
        lr, mom = [], []
        for i in range(n):
            p, up = (i / first, True) if i <= first and first > 0 else ((i - first) / (n - first), False)
            lr.append(cosine(top / div, top, p) if up else cosine(top, top / final_div, p))
            mom.append(cosine(*moms, p) if up else cosine(*moms[::-1], p))
        cases.append(case(f"one_cycle_v1_n_{n}_pct_{pct}", {
            "schedule": "one_cycle_v1", "iterations": n, "lr_max": top, "pct_start": pct, "div": div,
            "final_div": final_div, "mom_high": moms[0], "mom_low": moms[1], "warmup_iterations": first},
            {"iteration": np.arange(n)}, {"lr": np.array(lr), "mom": np.array(mom)}))
        return lr, mom

    lr, mom = one_cycle_v1(100, 0.01)
    for i, l, m in ((0, "4e-4", ".95"), (15, ".0052", ".90"), (30, ".01", ".85"), (50, ".00811746", ".868826"),
                    (65, ".00500002", ".90"), (99, "5.07465e-6", ".94995")):
        printed(lr[i], l)
        printed(mom[i], m)
    one_cycle_v1(37, 0.003)
    one_cycle_v1(130, 0.01, pct=0.5, div=10.0)

    def one_cycle_v2(name, pos, top, pct, div, div_final, moms, more=None):
        lr = np.array([two_cosines(pct, top / div, top, top / div_final, p) for p in pos])
        mom = np.array([two_cosines(pct, *moms, p) for p in pos])
        cases.append(case(name, {"schedule": "one_cycle_v2", "lr_max": top, "pct_start": pct, "div": div,
                                 "div_final": div_final, "moms": list(moms), **(more or {})},
                          {"position": pos}, {"lr": lr, "mom": mom}))
        return lr, mom

    moms = (0.95, 0.85, 0.95)
    lr, mom = one_cycle_v2("one_cycle_v2_20_iterations", np.arange(20) / 20, 0.01, 0.25, 25.0, 1e5, moms,
                           {"iterations": 20})
    for i, l, m in ((0, "4e-4", ".95"), (2, ".00371672", ".915451"), (5, ".01", ".85"), (10, ".00750003", ".875"),
                    (15, ".00250008", ".925"), (19, "1.09361e-4", ".948907")):
        printed(lr[i], l)
        printed(mom[i], m)
    positions = np.concatenate([grid, spread])
    one_cycle_v2("one_cycle_v2_positions", positions, 0.01, 0.25, 25.0, 1e5, moms)
    one_cycle_v2("one_cycle_v2_fine_tune_frozen", positions, 2e-3, 0.99, 25.0, 1e5, moms)
    one_cycle_v2("one_cycle_v2_fine_tune_unfrozen", positions, 1e-3, 0.3, 5.0, 1e5, moms)

    def flat_cos(name, pos, top, pct, div_final, more=None):
        lr = np.array([two_cosines(pct, top, top, top / div_final, p) for p in pos])
        cases.append(case(name, {"schedule": "flat_cos", "lr": top, "pct_start": pct, "div_final": div_final,
                                 **(more or {})}, {"position": pos}, {"lr": lr}))
        return lr

    lr = flat_cos("flat_cos_20_iterations", np.arange(20) / 20, 0.01, 0.75, 1e5, {"iterations": 20})
    for i, text in ((15, ".01"), (17, ".00654512"), (19, "9.55005e-4")):
        printed(lr[i], text)
    flat_cos("flat_cos_positions", positions, 0.01, 0.75, 1e5)
    flat_cos("flat_cos_positions_pct_0.72", positions, 0.003, 0.72, 1e5)

    n_cycles, cycle_len, mult, top = 3, 1, 2, 0.01
    epochs = cycle_len * (mult ** n_cycles - 1) // (mult - 1)
    starts = [Fraction(cycle_len * (mult ** i - 1), (mult - 1) * epochs) for i in range(n_cycles + 1)]
    assert epochs == 7 and starts == [0, Fraction(1, 7), Fraction(3, 7), 1]

    def warm_restarts(p):
        cycle = max(i for i in range(n_cycles) if starts[i] <= p)
        return cosine(top, 0.0, float((p - starts[cycle]) / (starts[cycle + 1] - starts[cycle])))

    settings = {"schedule": "sgdr", "n_cycles": n_cycles, "cycle_len": cycle_len, "cycle_mult": mult, "lr_max": top,
                "epochs": epochs}
    exact = [Fraction(i, 10 * epochs) for i in range(10 * epochs)] + [Fraction(1)]
    assert warm_restarts(Fraction(1, 7)) == top and warm_restarts(Fraction(3, 7)) == top
    cases.append(case("sgdr_10_iterations_per_epoch", {
        **settings, "iterations_per_epoch": 10,
        "note": "positions i/70; a cycle starts at i = 10 and 30, whatever 10/70 rounds to"},
        {"position": [float(p) for p in exact]}, {"lr": np.array([warm_restarts(p) for p in exact])}))
    away = np.array([p for p in positions if min(abs(p - float(s)) for s in starts) > 1e-6])
    cases.append(case("sgdr_positions", settings, {"position": away},
                      {"lr": np.array([warm_restarts(Fraction(p)) for p in away])}))
    return cases


# ---------------------------------------------------------------------------------------------- learning rate finder


def suggest_valley(lrs, losses):
    """Longest strictly decreasing subsequence (of length L, ending at e), then e - L + int(L/3) + int(L/6)."""
    lengths = []
    for i, loss in enumerate(losses):
        lengths.append(1 + max((lengths[j] for j in range(i) if losses[j] > loss), default=0))
    longest = max(lengths)
    end = lengths.index(longest)
    index = end - longest + int(longest / 3) + int(longest / 6)
    assert index >= 0, "a valley this short has no meaningful suggestion"
    return lrs[index], longest, end


def suggest_steep(lrs, losses):
    slopes = np.diff(losses) / np.diff(np.log(lrs))
    best, second = np.sort(slopes)[:2]
    assert second - best > 1e-3 * abs(best), "the steepest point is ambiguous"
    return lrs[slopes.argmin()]


def suggest_minimum(lrs, losses):
    return lrs[losses.argmin()] / 10


def suggest_slide(lrs, losses, lr_diff=15, thresh=.005):
    """From the right: two points lr_diff apart move left until the slopes (per index) at them differ by <= thresh."""
    slope, n = np.gradient(losses), len(losses)
    right, left = n - 1, n - 1 - lr_diff
    suggestion = lrs[left]
    while left >= 0:
        difference = abs(slope[right] - slope[left])
        assert abs(difference - thresh) > 1e-5, "the end of the slide is ambiguous"
        if difference <= thresh:
            break
        suggestion = lrs[left]
        left, right = left - 1, right - 1
    return suggestion


def lrfind():
    cases = []

    def add(name, num_it, losses):
        lrs = 1e-7 * (10 / 1e-7) ** (np.arange(len(losses)) / num_it)
        used_lrs, used = lrs[num_it // 10:-5], losses[num_it // 10:-5]
        nans = np.flatnonzero(np.isnan(used))
        if len(nans):
            used_lrs, used = used_lrs[:nans[0]], used[:nans[0]]
        valley, length, end = suggest_valley(used_lrs, used)
        settings = {"start_lr": 1e-7, "end_lr": 10.0, "num_it": num_it, "skip_start": num_it // 10, "skip_end": 5,
                    "lr_diff": 15, "thresh": 0.005, "used": len(used), "valley_length": length,
                    "valley_end": end, "float64_inputs": True}
        cases.append(case(name, settings, {"lrs": lrs, "losses": losses}, {
            "valley": valley, "steep": suggest_steep(used_lrs, used), "minimum": suggest_minimum(used_lrs, used),
            "slide": suggest_slide(used_lrs, used)}))

    def curve(name, num_it, count, noise, knee, drop, blow_up):
        x = np.log10(1e-7) + 8 * np.arange(count) / num_it
        loss = 2.5 - drop * scipy.special.expit(2.5 * (x - knee)) + 10 ** (2 * (x - blow_up))
        noisy = loss + noise * rng(name).standard_normal(count)
        return f32(noisy)

    add("typical", 100, curve("typical", 100, 100, 0.004, -3.0, 1.8, 0.3))
    add("noisy_stopped_early", 100, curve("noisy", 100, 86, 0.03, -2.5, 1.0, -0.9))
    with_nan = curve("nan", 120, 118, 0.002, -4.0, 2.0, -0.8)
    with_nan[104:] = np.nan
    add("nan_at_the_end", 120, with_nan)
    return cases


# ---------------------------------------------------------------------------------------------- writing


def plain_number(x):
    x = x.item() if isinstance(x, np.generic) else x
    if isinstance(x, bool):
        return int(x)
    if isinstance(x, float) and not math.isfinite(x):
        return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    return int(x) if isinstance(x, float) and x.is_integer() and abs(x) < 1e15 else x


def array_json(a):
    return json.dumps({"shape": list(a.shape), "data": [plain_number(x) for x in a.ravel()]}, separators=(",", ":"),
                      allow_nan=False)


def file_json(cases, provenance):
    """One array a line: compact, and a readable difference when something changes."""
    names = [c["name"] for c in cases]
    assert len(set(names)) == len(names), "a case name is used twice"
    parts = []
    for c in cases:
        lines = [f'{{"name":{json.dumps(c["name"])},', f'"settings":{json.dumps(c["settings"], allow_nan=False)},']
        for group in ("inputs", "outputs"):
            arrays = ",\n".join(f"  {json.dumps(key)}:{array_json(a)}" for key, a in c[group].items())
            end = "}," if group == "inputs" else "}}"
            lines.append(f'"{group}":{{' + (f"\n{arrays}" if arrays else "") + end)
        parts.append("\n".join(lines))
    return f'{{"provenance":{json.dumps(provenance)},\n"cases":[\n' + ",\n".join(parts) + "\n]}\n"


def check_inputs(file, cases):
    for c in cases:
        if c["settings"].get("float64_inputs") or file in ("schedules", "lrfind"):
            continue
        for key, a in c["inputs"].items():
            assert (a == f32(a)).all(), f"{file}: {c['name']}: {key} is not exact in float32"


def main():
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_TARGET
    provenance = {
        "generator": "testkit/golden/generate.py",
        "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
        "seed": SEED,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                     "scikit-learn": sklearn.__version__, "torch": torch.__version__},
    }
    print(json.dumps(provenance, indent=2))
    files = {}
    for build in (activations, layers, losses, metrics, optimizers, schedules, lrfind):
        cases = build()
        check_inputs(build.__name__, cases)
        files[build.__name__] = (file_json(cases, provenance), len(cases))
    total = sum(len(text) for text, _ in files.values())
    assert total < 1.5 * 2 ** 20, f"{total} bytes are too many"
    target.mkdir(parents=True, exist_ok=True)
    for name, (text, count) in files.items():
        (target / f"{name}.json").write_text(text, encoding="utf-8")
        print(f"{name}.json: {count} cases, {len(text)} bytes")
    print(f"total: {total} bytes")


if __name__ == "__main__":
    main()
