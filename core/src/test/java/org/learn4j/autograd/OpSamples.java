package org.learn4j.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Window;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;
import org.learn4j.testkit.Cases;
import org.learn4j.testkit.GradientCheck.Computation;

/** Inputs for every operation of the catalogue: each setting, and each kind of shape that is legal for it. */
final class OpSamples {
    private final Map<Class<? extends Op>, List<Sample>> samples = new LinkedHashMap<>();

    /** A use of an operation: inputs that follow from the seed, and which of them have no gradient. */
    record Sample(
            String name, Computation computation, Function<Cases, Tensor[]> inputs, long seed, int... constants) {}

    private OpSamples() {}

    /** Returns the samples of all operations. */
    static Map<Class<? extends Op>, List<Sample>> all() {
        OpSamples all = new OpSamples();
        all.unary();
        all.binary();
        all.reduce();
        all.matmul();
        all.linear();
        all.convolution();
        all.transposedConvolution();
        all.pooling();
        all.addRelu();
        all.softmax();
        all.crossEntropy();
        all.batchNorm();
        all.layerNorm();
        all.dropout();
        all.select();
        all.embeddings();
        all.reshape();
        all.permute();
        all.expand();
        all.slice();
        all.concat();
        all.cast();
        all.copy();
        return all.samples;
    }

    private void add(Class<? extends Op> type, String name, Computation computation, Function<Cases, Tensor[]> inputs) {
        add(type, name, computation, inputs, 1);
    }

    private void add(
            Class<? extends Op> type,
            String name,
            Computation computation,
            Function<Cases, Tensor[]> inputs,
            long seed,
            int... constants) {
        samples.computeIfAbsent(type, none -> new ArrayList<>())
                .add(new Sample(name, computation, inputs, seed, constants));
    }

    // ---- elements

    private void unary() {
        for (Unary f : Unary.values()) {
            switch (f) {
                case LINEAR -> {
                    unary(f, 2.5, -1, Cases::numbers);
                    unary(f, 0, 3, Cases::numbers);
                }
                case SQRT, LOG -> unary(f, 0, 0, Cases::positive);
                case POWER -> {
                    unary(f, 2, 0, Cases::awayFromZero);
                    unary(f, 3, 0, Cases::awayFromZero);
                    unary(f, -1, 0, Cases::awayFromZero);
                    unary(f, 0, 0, Cases::positive);
                    unary(f, 0.5, 0, Cases::positive);
                    unary(f, -1.5, 0, Cases::positive);
                }
                case LEAKY_RELU -> {
                    unary(f, 0.01, 0, Cases::numbers);
                    unary(f, 0.3, 0, Cases::numbers);
                }
                case CLAMP -> {
                    unary(f, -0.8, 0.7, Cases::numbers);
                    unary(f, -9, 9, Cases::numbers);
                    unary(f, 0.3, 0.3, Cases::numbers);
                }
                case TANH, SIGMOID, SILU, GELU, GELU_TANH, SOFTPLUS -> {
                    unary(f, 0, 0, Cases::numbers);
                    add(UnaryOp.class, f + " of ±30", x -> x[0].apply(f), c -> one(scaled(c.numbers(6), 30)));
                }
                default -> unary(f, 0, 0, Cases::numbers);
            }
        }
    }

    private interface Draw {
        Tensor of(Cases cases, long... dims);
    }

    private void unary(Unary f, double alpha, double beta, Draw draw) {
        Computation apply = x -> x[0].apply(f, alpha, beta);
        String name = f + "(" + alpha + ", " + beta + ")";
        for (long[] dims : new long[][] {{}, {5}, {2, 3}, {3, 1}, {2, 1, 3}, {0}, {2, 0}}) {
            add(UnaryOp.class, name + Arrays.toString(dims), apply, c -> one(draw.of(c, dims)));
        }
        add(UnaryOp.class, name + " turned", apply, c -> one(Cases.turned(draw.of(c, 3, 4))));
        add(UnaryOp.class, name + " channels last", apply, c -> one(Cases.channelsLast(draw.of(c, 2, 3, 2, 2))));
        add(UnaryOp.class, name + " spread", apply, c -> one(Cases.spread(draw.of(c, 2, 3))));
        add(
                UnaryOp.class,
                name + " of a repeated view",
                x -> x[0].expand(2, 3, 2).apply(f, alpha, beta),
                c -> one(draw.of(c, 3, 1)));
    }

    private void binary() {
        long[][][] shapes = {
            {{}, {}},
            {{3}, {}},
            {{2, 3}, {3}},
            {{2, 1}, {1, 3}},
            {{2, 3}, {2, 3}},
            {{1}, {1, 1, 1}},
            {{3, 1, 2}, {4, 1}},
            {{0, 3}, {3}},
            {{2, 0}, {1, 1}}
        };
        for (Binary f : Binary.values()) {
            Draw second = f == Binary.DIVIDE ? Cases::awayFromZero : Cases::otherNumbers;
            Computation apply = x -> Tape.apply(new BinaryOp(f), x[0], x[1]);
            for (long[][] pair : shapes) {
                String dims = Arrays.toString(pair[0]) + " and " + Arrays.toString(pair[1]);
                add(BinaryOp.class, f + dims, apply, c -> two(c.numbers(pair[0]), second.of(c, pair[1])));
                add(BinaryOp.class, f + dims + " reversed", apply, c -> two(c.numbers(pair[1]), second.of(c, pair[0])));
            }
            add(
                    BinaryOp.class,
                    f + " turned and spread",
                    apply,
                    c -> two(Cases.turned(c.numbers(2, 3)), Cases.spread(second.of(c, 2, 3))));
            add(
                    BinaryOp.class,
                    f + " turned, second broadcast",
                    apply,
                    c -> two(Cases.turned(c.numbers(2, 3, 2)), Cases.turned(second.of(c, 3, 1))));
        }
        add(BinaryOp.class, "x + x", x -> x[0].plus(x[0]), c -> one(c.numbers(2, 3)));
        add(BinaryOp.class, "x - x", x -> x[0].minus(x[0]), c -> one(c.numbers(2, 3)));
        add(BinaryOp.class, "x · x", x -> x[0].times(x[0]), c -> one(c.numbers(2, 3)));
        add(BinaryOp.class, "x / x", x -> x[0].over(x[0]), c -> one(c.awayFromZero(2, 3)));
        add(BinaryOp.class, "x · xᵀ", x -> x[0].times(x[0].transpose()), c -> one(c.numbers(3, 3)));
        add(
                BinaryOp.class,
                "row + column of one",
                x -> x[0].unsqueeze(0).plus(x[0].unsqueeze(1)),
                c -> one(c.numbers(3)));
    }

    private void reduce() {
        Object[][] cases = {
            {new long[] {}, new int[] {}},
            {new long[] {5}, new int[] {}},
            {new long[] {2, 3}, new int[] {0}},
            {new long[] {2, 3}, new int[] {-1}},
            {new long[] {2, 3, 4}, new int[] {0, 2}},
            {new long[] {2, 3, 4}, new int[] {1}},
            {new long[] {1, 3, 1}, new int[] {0, 2}},
            {new long[] {2, 3, 4}, new int[] {}},
            {new long[] {0, 3}, new int[] {1}}
        };
        for (Reduction f : Reduction.values()) {
            for (Object[] each : cases) {
                long[] dims = (long[]) each[0];
                int[] axes = (int[]) each[1];
                for (boolean keep : new boolean[] {false, true}) {
                    String name = f + Arrays.toString(dims) + " over " + Arrays.toString(axes) + (keep ? " kept" : "");
                    add(ReduceOp.class, name, x -> reduce(f, x[0], keep, axes), c -> one(c.numbers(dims)));
                }
            }
            add(
                    ReduceOp.class,
                    f + " turned",
                    x -> reduce(f, x[0], false, 1),
                    c -> one(Cases.turned(c.numbers(2, 3, 2))));
            add(ReduceOp.class, f + " spread", x -> reduce(f, x[0], false, 0), c -> one(Cases.spread(c.numbers(3, 2))));
        }
        add(ReduceOp.class, "sum of nothing", x -> x[0].sum(), c -> one(c.numbers(0)));
        add(ReduceOp.class, "sum over an empty axis", x -> x[0].sum(0), c -> one(c.numbers(0, 3)));
    }

    private static Tensor reduce(Reduction f, Tensor x, boolean keep, int... axes) {
        return Tape.apply(new ReduceOp(f, keep, axes), x);
    }

    // ---- products

    private void matmul() {
        long[][][] shapes = {
            {{2, 3}, {3, 4}},
            {{1, 1}, {1, 1}},
            {{1, 3}, {3, 1}},
            {{2, 2, 3}, {2, 3, 2}},
            {{2, 2, 3}, {3, 2}},
            {{2, 3}, {2, 3, 1}},
            {{2, 1, 2, 3}, {3, 3, 2}},
            {{3}, {3}},
            {{3}, {3, 2}},
            {{2, 3}, {3}},
            {{2, 2, 3}, {3}},
            {{3}, {2, 3, 2}},
            {{0, 3}, {3, 2}},
            {{2, 0}, {0, 3}},
            {{2, 3}, {3, 0}}
        };
        Computation product = x -> x[0].matmul(x[1]);
        for (long[][] pair : shapes) {
            String name = Arrays.toString(pair[0]) + " · " + Arrays.toString(pair[1]);
            add(MatmulOp.class, name, product, c -> two(c.numbers(pair[0]), c.numbers(pair[1])));
        }
        add(MatmulOp.class, "turned", product, c -> two(Cases.turned(c.numbers(2, 3)), Cases.turned(c.numbers(3, 4))));
        add(
                MatmulOp.class,
                "spread",
                product,
                c -> two(Cases.spread(c.numbers(2, 2, 3)), Cases.turned(c.numbers(2, 3, 2))));
        add(MatmulOp.class, "x · xᵀ", x -> x[0].matmul(x[0].transpose()), c -> one(c.numbers(2, 3)));
        add(MatmulOp.class, "x · x", x -> x[0].matmul(x[0]), c -> one(c.numbers(3, 3)));
        add(
                MatmulOp.class,
                "a repeated batch",
                x -> x[0].expand(2, 2, 3).matmul(x[1]),
                c -> two(c.numbers(1, 2, 3), c.numbers(2, 3, 2)));
    }

    private void linear() {
        for (Unary f : Unary.values()) {
            if (f == Unary.SQRT) {
                add(LinearOp.class, "then SQRT", linear(f), c ->
                        new Tensor[] {c.positive(2, 3), c.positive(4, 3), c.positive(4)});
            } else if (f.gradientFromOutput()) {
                addFar(LinearOp.class, "then " + f, linear(f), linear(null), c ->
                        new Tensor[] {c.numbers(3, 3), c.numbers(4, 3), c.numbers(4)});
                addFar(
                        LinearOp.class,
                        "then " + f + " without bias, turned",
                        linear(f),
                        linear(null),
                        c -> two(Cases.turned(c.numbers(2, 3)), Cases.turned(c.numbers(5, 3))));
            }
        }
        Computation plain = linear(null);
        for (long rows : new long[] {0, 1, 3}) {
            add(LinearOp.class, rows + " rows", plain, c ->
                    new Tensor[] {c.numbers(rows, 3), c.numbers(4, 3), c.numbers(4)});
        }
        add(LinearOp.class, "one unit, one input", plain, c ->
                new Tensor[] {c.numbers(2, 1), c.numbers(1, 1), c.numbers(1)});
        add(LinearOp.class, "no bias", plain, c -> two(c.numbers(2, 3), c.numbers(4, 3)));
        add(
                LinearOp.class, "spread", plain, c -> new Tensor[] {
                    Cases.spread(c.numbers(2, 3)), Cases.spread(c.numbers(4, 3)), Cases.spread(c.numbers(4))
                });
        add(
                LinearOp.class,
                "x with itself",
                x -> Functional.linear(x[0], x[0], null, null, 0),
                c -> one(c.numbers(3, 2)));
    }

    private void convolution() {
        Computation plain = x -> Functional.conv2d(x[0], x[1], x.length > 2 ? x[2] : null, windowOf(x[1]));
        long[][][] shapes = {
            {{1, 1, 1, 1}, {1, 1, 1, 1}},
            {{2, 3, 4, 5}, {4, 3, 3, 3}},
            {{2, 4, 3, 3}, {4, 2, 2, 2}},
            {{1, 3, 4, 3}, {6, 1, 3, 1}},
            {{0, 2, 3, 3}, {3, 2, 2, 2}}
        };
        for (long[][] pair : shapes) {
            String name = Arrays.deepToString(pair);
            add(ConvolutionOp.class, name, plain, c -> two(c.numbers(pair[0]), c.numbers(pair[1])));
            add(ConvolutionOp.class, name + " with bias", plain, c ->
                    new Tensor[] {c.numbers(pair[0]), c.numbers(pair[1]), c.numbers(pair[1][0])});
        }
        for (Window window : List.of(
                Window.of(3).stride(2).padding(1),
                Window.of(3).dilation(2).padding(2),
                new Window(3, 3, 1, 2, 0, 1, 1, 1))) {
            add(ConvolutionOp.class, window.toString(), x -> Functional.conv2d(x[0], x[1], x[2], window), c ->
                    new Tensor[] {c.numbers(2, 2, 5, 6), c.numbers(3, 2, 3, 3), c.numbers(3)});
        }
        Window window = Window.of(2).stride(2);
        Computation linear = x -> Functional.conv2d(x[0], x[1], x[2], window);
        addFar(ConvolutionOp.class, "then ReLU", x -> Functional.conv2d(x[0], x[1], x[2], window, true), linear, c ->
                new Tensor[] {c.numbers(1, 2, 4, 4), c.numbers(2, 2, 2, 2), c.numbers(2)});
        add(
                ConvolutionOp.class,
                "channels last",
                plain,
                c -> two(Cases.channelsLast(c.numbers(2, 3, 4, 3)), Cases.turned(c.numbers(2, 3, 2, 2))));
        add(
                ConvolutionOp.class,
                "spread",
                plain,
                c -> two(Cases.spread(c.numbers(2, 2, 3, 3)), Cases.spread(c.numbers(2, 2, 2, 2))));
        add(
                ConvolutionOp.class,
                "of a repeated view",
                x -> Functional.conv2d(x[0].expand(2, 2, 3, 3), x[1], null, windowOf(x[1])),
                c -> two(c.numbers(2, 1, 3, 3), c.numbers(2, 2, 2, 2)));
    }

    private static Window windowOf(Tensor weight) {
        return Window.of((int) weight.shape().dim(2), (int) weight.shape().dim(3));
    }

    private void transposedConvolution() {
        for (Window window : List.of(
                Window.of(1),
                Window.of(2).stride(2),
                Window.of(3).stride(2).padding(1),
                Window.of(3).dilation(2))) {
            for (int groups : new int[] {1, 2}) {
                int more = window.strideHeight() - 1;
                Computation computation = x ->
                        Functional.transposedConv2d(x[0], x[1], x.length > 2 ? x[2] : null, window, groups, more, 0);
                long size = window.height();
                add(TransposedConvolutionOp.class, window + " in " + groups, computation, c ->
                        new Tensor[] {c.numbers(2, 4, 3, 2), c.numbers(4, 3, size, size), c.numbers(3L * groups)});
                add(
                        TransposedConvolutionOp.class,
                        window + " channels last in " + groups,
                        computation,
                        c -> two(Cases.channelsLast(c.numbers(1, 4, 3, 2)), c.numbers(4, 1, size, size)));
            }
        }
        add(
                TransposedConvolutionOp.class,
                "no image",
                x -> Functional.transposedConv2d(x[0], x[1], null, Window.of(2), 1, 0, 0),
                c -> two(c.numbers(0, 2, 3, 3), c.numbers(2, 1, 2, 2)));
    }

    private void pooling() {
        long[][] shapes = {{1, 1, 1, 1}, {2, 3, 5, 6}, {0, 2, 4, 4}};
        for (Window window : List.of(
                Window.of(1),
                Window.of(2).stride(2),
                Window.of(3).stride(2).padding(1),
                new Window(3, 1, 2, 1, 1, 0, 1, 1))) {
            for (boolean ceiling : new boolean[] {false, true}) {
                for (long[] dims : shapes) {
                    if (window.spanHeight() - 2 * window.paddingHeight() > dims[2]
                            || window.spanWidth() - 2 * window.paddingWidth() > dims[3]) {
                        continue;
                    }
                    String name = window + (ceiling ? ", ceiling " : " ") + Arrays.toString(dims);
                    Computation max = x -> Functional.maxPool(x[0], window, ceiling);
                    add(MaxPoolOp.class, name, max, c -> one(c.numbers(dims)));
                    add(MaxPoolOp.class, name + " channels last", max, c -> one(Cases.channelsLast(c.numbers(dims))));
                    for (boolean counted : new boolean[] {false, true}) {
                        Computation mean = x -> Functional.averagePool(x[0], window, ceiling, counted);
                        String both = name + (counted ? " counting padding" : "");
                        add(AveragePoolOp.class, both, mean, c -> one(c.numbers(dims)));
                        add(AveragePoolOp.class, both + " turned", mean, c -> one(Cases.turned(c.numbers(dims))));
                    }
                }
            }
        }
        add(
                MaxPoolOp.class,
                "spread",
                x -> Functional.maxPool(x[0], Window.of(2), false),
                c -> one(Cases.spread(c.numbers(2, 2, 3, 3))));
    }

    private void addRelu() {
        Computation sum = x -> Functional.addRelu(x[0], x[1]);
        for (long[] dims : new long[][] {{}, {3}, {2, 1}, {2, 3, 2, 2}, {0, 2}}) {
            addFar(
                    AddReluOp.class,
                    Arrays.toString(dims),
                    sum,
                    x -> x[0].plus(x[1]),
                    c -> two(c.numbers(dims), c.otherNumbers(dims)));
        }
        addFar(
                AddReluOp.class,
                "channels last",
                sum,
                x -> x[0].plus(x[1]),
                c -> two(Cases.channelsLast(c.numbers(2, 2, 3, 2)), c.otherNumbers(2, 2, 3, 2)));
        addFar(
                AddReluOp.class,
                "spread",
                sum,
                x -> x[0].plus(x[1]),
                c -> two(Cases.spread(c.numbers(2, 3)), Cases.turned(c.otherNumbers(2, 3))));
        addFar(
                AddReluOp.class,
                "x with itself",
                x -> Functional.addRelu(x[0], x[0]),
                x -> x[0],
                c -> one(c.awayFromZero(4)));
    }

    private static Computation linear(@Nullable Unary activation) {
        return x -> Functional.linear(x[0], x[1], x.length > 2 ? x[2] : null, activation, 0.2);
    }

    /** Adds a sample with the first seed for which all outputs of another function are far from 0, the kink. */
    private void addFar(
            Class<? extends Op> type,
            String name,
            Computation computation,
            Computation kinked,
            Function<Cases, Tensor[]> inputs,
            int... constants) {
        for (long seed = 1; ; seed++) {
            try (TensorScope scope = TensorScope.open()) {
                Tensor output = kinked.apply(inputs.apply(Cases.of(seed)));
                if (Arrays.stream(output.toDoubles()).allMatch(value -> Math.abs(value) > 0.01)) {
                    add(type, name, computation, inputs, seed, constants);
                    return;
                }
            }
        }
    }

    // ---- classification

    private void softmax() {
        for (boolean logarithm : new boolean[] {false, true}) {
            for (Object[] each : new Object[][] {
                {new long[] {3}, 0}, {new long[] {2, 3}, 1}, {new long[] {2, 3}, 0}, {new long[] {2, 3, 2}, 1},
                {new long[] {2, 3, 2}, -1}, {new long[] {3, 1}, 1}, {new long[] {0, 3}, 1}, {new long[] {2, 0}, 1}
            }) {
                long[] dims = (long[]) each[0];
                int axis = (int) each[1];
                Computation softmax = x -> Tape.apply(new SoftmaxOp(axis, logarithm), x[0]);
                String name = (logarithm ? "log " : "") + Arrays.toString(dims) + " along " + axis;
                add(SoftmaxOp.class, name, softmax, c -> one(c.numbers(dims)));
                if (dims.length == 2 && dims[0] == 2 && dims[1] == 3) {
                    add(SoftmaxOp.class, name + " turned", softmax, c -> one(Cases.turned(c.numbers(dims))));
                    add(SoftmaxOp.class, name + " spread", softmax, c -> one(Cases.spread(c.numbers(dims))));
                    add(SoftmaxOp.class, name + " of ±40", softmax, c -> one(scaled(c.numbers(dims), 40)));
                }
            }
        }
    }

    private void crossEntropy() {
        for (double smoothing : new double[] {0, 0.1, 1}) {
            for (boolean weighted : new boolean[] {false, true}) {
                Computation loss = x -> Functional.crossEntropy(x[0], x[1], weighted ? x[2] : null, smoothing);
                String name = "smoothing " + smoothing + (weighted ? " weighted" : "");
                for (long[] dims : new long[][] {{3, 4}, {1, 3}, {4, 1}, {0, 3}, {2, 2}}) {
                    int classes = (int) dims[1];
                    crossEntropy(name + Arrays.toString(dims), loss, c ->
                            new Tensor[] {c.numbers(dims), c.indices(classes, dims[0]), c.positive(classes)});
                }
                crossEntropy(name + " turned", loss, c -> new Tensor[] {
                    Cases.turned(c.numbers(3, 4)), Cases.spread(c.indices(4, 3)), Cases.spread(c.positive(4))
                });
                crossEntropy(name + " of ±40", loss, c ->
                        new Tensor[] {scaled(c.numbers(3, 4), 40), c.indices(4, 3), c.positive(4)});
            }
        }
    }

    private void crossEntropy(String name, Computation loss, Function<Cases, Tensor[]> inputs) {
        add(CrossEntropyOp.class, name, loss, inputs, 1, 2);
    }

    // ---- normalisation

    private void batchNorm() {
        for (boolean relu : new boolean[] {false, true}) {
            for (boolean fixed : new boolean[] {false, true}) {
                String name = (fixed ? "fixed" : "training") + (relu ? " then ReLU" : "");
                for (long[] dims : new long[][] {{4, 3}, {3, 1}, {2, 3, 2}, {2, 2, 2, 2}, {1, 2, 3}}) {
                    batchNorm(name + Arrays.toString(dims), fixed, relu, dims, c -> c.numbers(dims));
                }
                long[] dims = {3, 2, 2};
                long[] images = {2, 3, 2, 2};
                batchNorm(name + " channels last", fixed, relu, images, c -> Cases.channelsLast(c.numbers(images)));
                batchNorm(name + " turned", fixed, relu, dims, c -> Cases.turned(c.numbers(dims)));
                batchNorm(name + " spread", fixed, relu, dims, c -> Cases.spread(c.numbers(dims)));
                if (fixed) {
                    batchNorm(name + " of one row", true, relu, new long[] {1, 3}, c -> c.numbers(1, 3));
                    batchNorm(name + " of no row", true, relu, new long[] {0, 3}, c -> c.numbers(0, 3));
                }
            }
        }
    }

    private void batchNorm(String name, boolean fixed, boolean relu, long[] dims, Function<Cases, Tensor> input) {
        long channels = dims[1];
        addFar(
                BatchNormOp.class,
                name,
                batchNorm(fixed, relu),
                batchNorm(fixed, false),
                c -> new Tensor[] {
                    input.apply(c),
                    c.awayFromZero(channels),
                    c.numbers(channels),
                    c.numbers(channels),
                    c.positive(channels)
                },
                3,
                4);
    }

    private static Computation batchNorm(boolean fixed, boolean relu) {
        return x -> fixed
                ? Functional.batchNormInference(x[0], x[1], x[2], x[3], x[4], 1e-3, relu)
                : Functional.batchNorm(x[0], x[1], x[2], x[3], x[4], 1e-3, relu);
    }

    private void layerNorm() {
        Computation norm = x -> Functional.layerNorm(x[0], x[1], x[2], 1e-3);
        for (long[] dims : new long[][] {{3, 4}, {1, 5}, {4, 2}, {0, 3}, {3, 1}}) {
            add(LayerNormOp.class, Arrays.toString(dims), norm, c ->
                    new Tensor[] {c.numbers(dims), c.numbers(dims[1]), c.numbers(dims[1])});
        }
        add(LayerNormOp.class, "turned", norm, c ->
                new Tensor[] {Cases.turned(c.numbers(3, 4)), Cases.spread(c.numbers(4)), Cases.spread(c.numbers(4))});
        add(LayerNormOp.class, "spread", norm, c ->
                new Tensor[] {Cases.spread(c.numbers(3, 4)), c.numbers(4), c.numbers(4)});
    }

    private void dropout() {
        for (double probability : new double[] {0, 0.05, 0.3, 0.9, 1}) {
            Computation dropout = x -> Functional.dropout(x[0], probability, Seed.of(5));
            for (long[] dims : new long[][] {{}, {7}, {3, 4}, {2, 1, 3}, {0, 2}}) {
                add(DropoutOp.class, probability + Arrays.toString(dims), dropout, c -> one(c.numbers(dims)));
            }
            add(DropoutOp.class, probability + " turned", dropout, c -> one(Cases.turned(c.numbers(3, 4))));
            add(DropoutOp.class, probability + " spread", dropout, c -> one(Cases.spread(c.numbers(3, 4))));
        }
    }

    // ---- tables

    private void select() {
        for (Object[] each : new Object[][] {
            {new long[] {4}, 0, 3L},
            {new long[] {3, 2}, 0, 5L},
            {new long[] {2, 3}, 1, 2L},
            {new long[] {2, 3, 2}, 1, 4L},
            {new long[] {2, 3, 2}, -1, 3L},
            {new long[] {3, 2}, 0, 0L},
            {new long[] {1, 3}, 0, 2L},
            {new long[] {0, 3}, 1, 2L}
        }) {
            long[] dims = (long[]) each[0];
            int axis = (int) each[1];
            long chosen = (long) each[2];
            int bound = (int) dims[axis < 0 ? axis + dims.length : axis];
            Computation select = x -> x[0].select(axis, x[1]);
            String name = chosen + " of " + Arrays.toString(dims) + " along " + axis;
            add(SelectOp.class, name, select, c -> two(c.numbers(dims), c.indices(bound, chosen)));
            add(
                    SelectOp.class,
                    name + " turned",
                    select,
                    c -> two(Cases.turned(c.numbers(dims)), Cases.spread(c.indices(bound, chosen))));
        }
        for (int axis = 0; axis < 4; axis++) {
            int along = axis;
            add(
                    SelectOp.class,
                    "channels last along " + axis,
                    x -> x[0].select(along, x[1]),
                    c -> two(Cases.channelsLast(c.numbers(2, 3, 4, 5)), c.indices(2, 3)));
            add(
                    SelectOp.class,
                    "one of images along " + axis,
                    x -> x[0].select(along, x[1]),
                    c -> two(Cases.channelsLast(c.numbers(2, 3, 2, 1)), c.indices(1, 1)));
        }
        add(SelectOp.class, "gather along 0", x -> x[0].gather(0, x[1]), c -> two(c.numbers(3, 2), c.indices(3, 4, 2)));
        add(
                SelectOp.class,
                "gather along 1 of fewer rows",
                x -> x[0].gather(1, x[1]),
                c -> two(Cases.turned(c.numbers(3, 2)), c.indices(2, 2, 3)));
    }

    private void embeddings() {
        Computation lookUp = x -> Functional.embeddings(x[0], List.of(Arrays.copyOfRange(x, 1, x.length)));
        for (long rows : new long[] {0, 1, 5}) {
            add(
                    EmbeddingsOp.class,
                    rows + " rows of one table",
                    lookUp,
                    c -> two(c.indices(3, rows, 1), c.numbers(3, 2)));
            add(EmbeddingsOp.class, rows + " rows of three tables", lookUp, c ->
                    new Tensor[] {c.indices(2, rows, 3), c.numbers(2, 1), c.numbers(4, 3), c.numbers(2, 2)});
        }
        add(EmbeddingsOp.class, "one code again and again", lookUp, c ->
                new Tensor[] {c.indices(1, 6, 2), c.numbers(3, 2), c.numbers(1, 4)});
        add(EmbeddingsOp.class, "turned", lookUp, c -> new Tensor[] {
            Cases.turned(c.indices(2, 4, 2)), Cases.turned(c.numbers(2, 3)), Cases.spread(c.numbers(3, 2))
        });
        add(
                EmbeddingsOp.class,
                "one table for two columns",
                x -> Functional.embeddings(x[0], List.of(x[1], x[1])),
                c -> two(c.indices(3, 5, 2), c.numbers(3, 2)));
        add(EmbeddingsOp.class, "a wide table", lookUp, c -> two(c.indices(2, 3, 1), c.numbers(2, 20)));
    }

    // ---- movement

    private void reshape() {
        for (Object[] each : new Object[][] {
            {new long[] {2, 3}, new long[] {3, 2}}, {new long[] {2, 3}, new long[] {-1}},
            {new long[] {1}, new long[] {}}, {new long[] {}, new long[] {1, 1}},
            {new long[] {2, 3, 2}, new long[] {2, -1}}, {new long[] {0, 3}, new long[] {3, 0}}
        }) {
            long[] from = (long[]) each[0];
            long[] to = (long[]) each[1];
            Computation reshape = x -> x[0].reshape(to);
            String name = Arrays.toString(from) + " to " + Arrays.toString(to);
            add(ReshapeOp.class, name, reshape, c -> one(c.numbers(from)));
            add(ReshapeOp.class, name + " turned", reshape, c -> one(Cases.turned(c.numbers(from))));
        }
        add(ReshapeOp.class, "spread", x -> x[0].reshape(6), c -> one(Cases.spread(c.numbers(2, 3))));
        add(ReshapeOp.class, "of a repeated view", x -> x[0].expand(3, 2).reshape(6), c -> one(c.numbers(2)));
    }

    private void permute() {
        for (int[] axes : new int[][] {{}, {0}, {0, 1}, {1, 0}, {2, 0, 1}, {0, 2, 1}, {-1, 0, 1}, {3, 1, 2, 0}}) {
            long[] dims = Arrays.copyOf(new long[] {2, 3, 1, 2}, axes.length);
            Computation permute = x -> x[0].permute(axes);
            String name = Arrays.toString(axes);
            add(PermuteOp.class, name, permute, c -> one(c.numbers(dims)));
            add(PermuteOp.class, name + " spread", permute, c -> one(Cases.spread(c.numbers(dims))));
            add(PermuteOp.class, name + " then squared", x -> x[0].permute(axes).square(), c -> one(c.numbers(dims)));
        }
        add(PermuteOp.class, "no elements", x -> x[0].transpose(), c -> one(c.numbers(0, 2)));
    }

    private void expand() {
        for (long[][] pair : new long[][][] {
            {{1, 3}, {2, 3}},
            {{}, {2, 2}},
            {{3}, {2, 3}},
            {{2, 1, 2}, {2, 3, 2}},
            {{2, 3}, {2, 3}},
            {{1}, {0}},
            {{1, 1}, {1, 1, 1}}
        }) {
            Computation expand = x -> x[0].expand(pair[1]);
            String name = Arrays.toString(pair[0]) + " to " + Arrays.toString(pair[1]);
            add(ExpandOp.class, name, expand, c -> one(c.numbers(pair[0])));
            add(
                    ExpandOp.class,
                    name + " turned, then squared",
                    x -> x[0].expand(pair[1]).square(),
                    c -> one(Cases.turned(c.numbers(pair[0]))));
        }
    }

    private void slice() {
        for (Object[] each : new Object[][] {
            {new long[] {5}, 0, 1L, 4L, 1L},
            {new long[] {5}, 0, 0L, 5L, 2L},
            {new long[] {5}, -1, -4L, -1L, 3L},
            {new long[] {3, 4}, 1, 2L, 4L, 1L},
            {new long[] {3, 4}, 0, 1L, 2L, 1L},
            {new long[] {2, 4, 2}, 1, 0L, 4L, 3L},
            {new long[] {3, 2}, 0, 2L, 2L, 1L},
            {new long[] {0, 2}, 0, 0L, 0L, 1L}
        }) {
            long[] dims = (long[]) each[0];
            Computation slice = x -> x[0].slice((int) each[1], (long) each[2], (long) each[3], (long) each[4]);
            String name = Arrays.toString(dims) + " along " + each[1] + " from " + each[2] + " to " + each[3] + " by "
                    + each[4];
            add(SliceOp.class, name, slice, c -> one(c.numbers(dims)));
            add(SliceOp.class, name + " turned", slice, c -> one(Cases.turned(c.numbers(dims))));
            add(
                    SliceOp.class,
                    name + " spread, then squared",
                    x -> slice.apply(x).square(),
                    c -> one(Cases.spread(c.numbers(dims))));
        }
        add(SliceOp.class, "one row, as t[1]", x -> x[0].get(1), c -> one(c.numbers(3, 2)));
        add(
                SliceOp.class,
                "overlapping windows",
                x -> x[0].slice(0, 0, 3).times(x[0].slice(0, 1, 4)),
                c -> one(c.numbers(4)));
    }

    private void concat() {
        Computation first = x -> Tensor.concat(0, x);
        add(ConcatOp.class, "two vectors", first, c -> two(c.numbers(2), c.numbers(3)));
        add(ConcatOp.class, "one", first, c -> one(c.numbers(2, 2)));
        add(ConcatOp.class, "rows", first, c -> two(c.numbers(1, 3), Cases.turned(c.numbers(2, 3))));
        add(ConcatOp.class, "columns", x -> Tensor.concat(1, x), c ->
                new Tensor[] {c.numbers(2, 1), Cases.turned(c.numbers(2, 3)), Cases.spread(c.numbers(2, 2))});
        add(
                ConcatOp.class,
                "along the last of three axes",
                x -> Tensor.concat(-1, x),
                c -> two(c.numbers(2, 1, 2), c.numbers(2, 1, 1)));
        add(
                ConcatOp.class,
                "images",
                x -> Tensor.concat(1, x),
                c -> two(Cases.channelsLast(c.numbers(2, 3, 2, 2)), c.numbers(2, 1, 2, 2)));
        add(ConcatOp.class, "with nothing", first, c -> two(c.numbers(0, 2), c.numbers(2, 2)));
        add(ConcatOp.class, "x with itself", x -> Tensor.concat(1, x[0], x[0]), c -> one(c.numbers(2, 2)));
        add(
                ConcatOp.class,
                "stack",
                x -> Tensor.stack(-1, x),
                c -> two(c.numbers(2, 3), Cases.turned(c.numbers(2, 3))));
    }

    private void cast() {
        // to FLOAT64 alone: central differences do not survive rounding to FLOAT32
        Computation there = x -> Tape.apply(new CastOp(DType.FLOAT64), x[0]).to(x[0].dtype());
        for (long[] dims : new long[][] {{}, {3}, {2, 1, 3}, {0, 2}}) {
            add(CastOp.class, Arrays.toString(dims), there, c -> one(c.numbers(dims)));
        }
        add(CastOp.class, "turned", there, c -> one(Cases.turned(c.numbers(2, 3))));
        add(CastOp.class, "spread", there, c -> one(Cases.spread(c.numbers(2, 3))));
    }

    private void copy() {
        for (long[] dims : new long[][] {{}, {3}, {2, 1, 3}, {0, 2}}) {
            add(CopyOp.class, Arrays.toString(dims), x -> x[0].copy(), c -> one(c.numbers(dims)));
        }
        add(CopyOp.class, "to channels last", x -> x[0].toChannelsLast(), c -> one(c.numbers(2, 3, 2, 2)));
        add(
                CopyOp.class,
                "from channels last",
                x -> x[0].toContiguous(),
                c -> one(Cases.channelsLast(c.numbers(2, 3, 2, 2))));
        add(CopyOp.class, "turned", x -> x[0].copy(), c -> one(Cases.turned(c.numbers(2, 3))));
        add(CopyOp.class, "of a repeated view", x -> x[0].expand(3, 2).copy(), c -> one(c.numbers(2)));
    }

    // ---- inputs

    private static Tensor[] one(Tensor tensor) {
        return new Tensor[] {tensor};
    }

    private static Tensor[] two(Tensor first, Tensor second) {
        return new Tensor[] {first, second};
    }

    private static Tensor scaled(Tensor tensor, double largest) {
        double[] values = tensor.toDoubles();
        double factor = largest / Arrays.stream(values).map(Math::abs).max().orElse(1);
        return tensor.set(Arrays.stream(values).map(value -> value * factor).toArray());
    }
}
