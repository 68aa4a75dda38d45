package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch, driven through JavaCPP ({@code org.bytedeco:pytorch}) without a wrapper in between: the functions that
 * {@code torch.nn} would call, its autograd, and one of two optimizers if it trains.
 */
final class LibtorchNetwork implements Contender {
    static final boolean TRAINING = true;

    private final List<Tensor> parameters = new ArrayList<>();
    private final List<Pointer> memory = new ArrayList<>();
    private final int batches;
    private Pass pass;
    private LibtorchOptimizer optimizer = LibtorchOptimizer.NONE;
    private int steps;
    private float loss;

    private LibtorchNetwork(int batches) {
        torch.set_num_threads(Machine.threads());
        this.batches = batches;
        this.pass = at -> {
            throw new IllegalStateException("nothing to do yet");
        };
    }

    /**
     * Builds a network that trains.
     *
     * @param batches the number of batches to take in rotation
     * @param network makes parameters and batches and returns the loss of each batch
     */
    static LibtorchNetwork training(
            int batches,
            Function<LibtorchNetwork, IntFunction<Tensor>> network,
            Function<List<Tensor>, LibtorchOptimizer> optimizer) {
        var made = new LibtorchNetwork(batches);
        var losses = network.apply(made);
        made.optimizer = optimizer.apply(made.parameters);
        made.pass = at -> {
            Tensor error = losses.apply(at);
            error.backward();
            made.optimizer.step();
            return error.item_float();
        };
        return made;
    }

    /**
     * Builds a network that predicts; in place of a loss it has the mean size of its outputs.
     *
     * @param batches the number of batches to take in rotation
     * @param network makes parameters and batches and returns the outputs for each batch
     */
    @SuppressWarnings("try") // the guard acts by being open
    static LibtorchNetwork predicting(int batches, Function<LibtorchNetwork, IntFunction<Tensor>> network) {
        var made = new LibtorchNetwork(batches);
        var outputs = network.apply(made);
        made.pass = at -> {
            try (var guard = new NoGradGuard()) {
                return outputs.apply(at).abs().mean().item_float();
            }
        };
        return made;
    }

    /** Returns linear, ReLU, batch norm and dropout for each layer but the last, which is linear alone. */
    List<UnaryOperator<Tensor>> layers(List<MlpTask.Dense> layers) {
        List<UnaryOperator<Tensor>> network = new ArrayList<>();
        for (var dense : layers.subList(0, layers.size() - 1)) {
            network.add(linear(dense));
            network.add(torch::relu);
            network.add(norm(dense.outputs()));
            network.add(x -> torch.dropout(x, dense.dropout(), TRAINING));
        }
        network.add(linear(layers.get(layers.size() - 1)));
        return network;
    }

    UnaryOperator<Tensor> linear(MlpTask.Dense dense) {
        Tensor weights = parameter(Tensor.create(dense.weights(), dense.outputs(), dense.inputs()));
        TensorOptional biases = kept(new TensorOptional(parameter(Tensor.create(dense.biases()))));
        return x -> torch.linear(x, weights, biases);
    }

    UnaryOperator<Tensor> norm(int size) {
        TensorOptional scale = kept(new TensorOptional(parameter(torch.ones(size))));
        TensorOptional shift = kept(new TensorOptional(parameter(torch.zeros(size))));
        TensorOptional mean = kept(new TensorOptional(kept(torch.zeros(size))));
        TensorOptional variance = kept(new TensorOptional(kept(torch.ones(size))));
        double momentum = MlpTask.NORM_MOMENTUM;
        double epsilon = MlpTask.NORM_EPSILON;
        return x -> torch.batch_norm(x, scale, shift, mean, variance, TRAINING, momentum, epsilon, true);
    }

    Tensor parameter(Tensor tensor) {
        tensor.set_requires_grad(true);
        parameters.add(tensor);
        return kept(tensor);
    }

    <P extends Pointer> P kept(P pointer) {
        memory.add(pointer);
        return pointer;
    }

    @Override
    @SuppressWarnings("try") // the scope acts by being open
    public void step() {
        int at = steps++ % batches;
        try (var scope = new PointerScope()) {
            loss = pass.run(at);
        }
    }

    @Override
    public float loss() {
        return loss;
    }

    @Override
    public void close() {
        optimizer.close();
        memory.forEach(Pointer::close);
    }

    /** What is done with a batch; returns the loss. */
    private interface Pass {
        float run(int batch);
    }
}
