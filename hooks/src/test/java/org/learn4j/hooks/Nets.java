package org.learn4j.hooks;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.learn.Callback;
import org.learn4j.learn.Learner;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Param;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;

/** Networks and data for the tests. */
final class Nets {
    static final int FEATURES = 5;

    private Nets() {}

    /** A linear layer at every place of a picture: a convolution of 1 × 1. */
    static final class Pointwise implements Layer {
        private final Linear linear;

        Pointwise(int inputs, int outputs) {
            this.linear = Linear.of(inputs, outputs);
        }

        @Override
        public Tensor forward(Pass pass, Tensor... inputs) {
            return linear.call(pass, inputs[0].permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
        }

        @Override
        public Map<String, Layer> children() {
            return Map.of("linear", linear);
        }

        @Override
        public Recipe recipe() {
            return Recipe.of("Pointwise");
        }
    }

    /** A layer made of a function. */
    record Function(String name, UnaryOperator<Tensor> function) implements Layer {
        @Override
        public Tensor forward(Pass pass, Tensor... inputs) {
            return function.apply(inputs[0]);
        }

        @Override
        public Recipe recipe() {
            return Recipe.of(name);
        }
    }

    /** Pictures to classes: 1 × 1 convolutions, average pooling and one linear layer. */
    static Sequential averaging(int channels, int classes) {
        return Sequential.of(
                new Pointwise(3, channels),
                Activation.relu(),
                new Function("Average", x -> x.mean(2, 3)),
                Linear.of(channels, classes));
    }

    /** Pictures to classes, with a head that sees maxima and averages and has a hidden layer. */
    static Sequential concatPooling(int channels, int classes) {
        return Sequential.of(
                new Pointwise(3, channels),
                Activation.relu(),
                new Function(
                        "Pool", x -> Tensor.concat(1, x.mean(2, 3), x.square().mean(2, 3))),
                Linear.of(2 * channels, 6),
                Activation.relu(),
                Linear.of(6, classes));
    }

    /** A classifier of rows in which every fusible pair occurs. */
    static Sequential rows() {
        return Sequential.of(
                Linear.of(FEATURES, 8),
                Activation.relu(),
                BatchNorm1d.of(8),
                Activation.relu(),
                Linear.of(8, 8),
                Activation.tanh(),
                Linear.of(8, 8),
                Activation.sigmoid(),
                Linear.of(8, 8),
                Activation.gelu(),
                Linear.of(8, 8),
                Activation.leakyRelu(.1),
                Dropout.of(.2),
                Linear.of(8, 3));
    }

    static ArrayDataset items(int count, long seed) {
        RandomStream stream = Seed.of(seed).stream();
        float[][] rows = new float[count][FEATURES];
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < FEATURES; j++) {
                rows[i][j] = (float) stream.nextGaussian();
            }
            classes[i] = rows[i][0] > .5 ? 0 : rows[i][1] > 0 ? 1 : 2;
        }
        return ArrayDataset.of(rows, classes);
    }

    static Learner learner(Layer model, Callback... callbacks) {
        DataLoaders data =
                DataLoaders.of(items(40, 1), items(20, 2)).batchSize(8).seed(3).build();
        return Learner.of(data, model).callbacks(callbacks).seed(4).silent().build();
    }

    /** Returns all of a model's parameters, as bits. */
    static List<String> bits(Layer model) {
        return LayerTree.params(model).values().stream()
                .map(Param::value)
                .map(Nets::bits)
                .toList();
    }

    static String bits(Tensor tensor) {
        StringBuilder text = new StringBuilder();
        for (float value : tensor.toFloats()) {
            text.append(Integer.toHexString(Float.floatToRawIntBits(value))).append(' ');
        }
        return text.toString();
    }
}
