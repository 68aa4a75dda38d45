package org.learn4j.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * PyTorch's own build of libtorch, with MKL, through DJL's tensors and DJL's native AdamW. No blocks and no trainer: they
 * would only add to the time.
 *
 * <p>It cannot share a process with {@link LibtorchMlp}: both bring a {@code libtorch_cpu.so}.
 */
final class DjlMlp implements Contender {
    private static final boolean TRAINING = true;

    private final Engine engine = engine();
    private final NDManager memory = engine.newBaseManager();
    private final List<UnaryOperator<NDArray>> network = new ArrayList<>();
    private final List<Adam> optimizer = new ArrayList<>();
    private final List<NDArray> inputs = new ArrayList<>();
    private final List<NDArray> targets = new ArrayList<>();
    private int steps;
    private float loss;

    DjlMlp(MlpTask task) {
        var hidden = task.layers().subList(0, task.layers().size() - 1);
        for (var dense : hidden) {
            network.add(linear(dense));
            network.add(Activation::relu);
            network.add(norm(dense.outputs()));
            if (dense.dropout() > 0) {
                network.add(dropout((float) dense.dropout()));
            }
        }
        network.add(linear(task.layers().get(hidden.size())));
        for (var batch : task.batches()) {
            inputs.add(memory.create(batch.features(), new Shape(task.batchSize(), task.features())));
            targets.add(memory.create(batch.targets(), new Shape(task.batchSize(), 1)));
        }
    }

    private static Engine engine() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(Machine.threads()));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        return Engine.getEngine("PyTorch");
    }

    private UnaryOperator<NDArray> linear(MlpTask.Dense dense) {
        NDArray weights = parameter(memory.create(dense.weights(), new Shape(dense.outputs(), dense.inputs())));
        NDArray biases = parameter(memory.create(dense.biases()));
        return x -> x.getNDArrayInternal().linear(x, weights, biases).head();
    }

    /** BatchNorm1d; DJL's momentum is the share of the old statistics. */
    private UnaryOperator<NDArray> norm(int size) {
        NDArray scale = parameter(memory.ones(new Shape(size)));
        NDArray shift = parameter(memory.zeros(new Shape(size)));
        NDArray mean = memory.zeros(new Shape(size));
        NDArray variance = memory.ones(new Shape(size));
        int channelAxis = 1;
        float kept = (float) (1 - MlpTask.NORM_MOMENTUM);
        float epsilon = (float) MlpTask.NORM_EPSILON;
        return x -> x.getNDArrayInternal()
                .batchNorm(x, mean, variance, scale, shift, channelAxis, kept, epsilon, TRAINING)
                .head();
    }

    private static UnaryOperator<NDArray> dropout(float probability) {
        return x -> x.getNDArrayInternal().dropout(x, probability, TRAINING).head();
    }

    private NDArray parameter(NDArray array) {
        array.setRequiresGradient(true);
        optimizer.add(new Adam(array, memory.zeros(array.getShape()), memory.zeros(array.getShape())));
        return array;
    }

    @Override
    public void step() {
        int at = steps++ % inputs.size();
        try (var scope = memory.newSubManager();
                var gradients = engine.newGradientCollector()) {
            inputs.get(at).tempAttach(scope);
            targets.get(at).tempAttach(scope);
            NDArray x = inputs.get(at);
            for (var layer : network) {
                x = layer.apply(x);
            }
            NDArray error = x.sub(targets.get(at));
            NDArray mean = error.mul(error).mean();
            gradients.backward(mean);
            loss = mean.getFloat();
        }
        optimizer.forEach(adam -> adam.update(steps));
    }

    @Override
    public float loss() {
        return loss;
    }

    @Override
    public void close() {
        memory.close();
    }

    /** A parameter, its two moments, and DJL's one native call that updates them. */
    private record Adam(NDArray parameter, NDArray average, NDArray square) {
        private static final float NO_CLIPPING = -1;
        private static final float NO_SCALING = 1;

        void update(int step) {
            double shrink = Math.sqrt(1 - Math.pow(MlpTask.BETA2, step));
            double rate = MlpTask.LEARNING_RATE * shrink / (1 - Math.pow(MlpTask.BETA1, step));
            try (NDArray gradient = parameter.getGradient()) {
                parameter
                        .getNDArrayInternal()
                        .adamUpdate(
                                new NDList(parameter, gradient, average, square),
                                new NDList(parameter),
                                (float) MlpTask.LEARNING_RATE,
                                (float) rate,
                                (float) MlpTask.WEIGHT_DECAY,
                                NO_SCALING,
                                NO_CLIPPING,
                                (float) MlpTask.BETA1,
                                (float) MlpTask.BETA2,
                                (float) (MlpTask.ADAM_EPSILON * shrink), // DJL adds epsilon before the bias correction
                                false,
                                true);
                gradient.muli(0f);
            }
        }
    }
}
