package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch, driven through JavaCPP ({@code org.bytedeco:pytorch}) without a wrapper in between: the functions that
 * {@code torch.nn} would call, its autograd, and one of two optimizers.
 */
final class LibtorchMlp implements Contender {
    private static final boolean TRAINING = true;

    private final List<UnaryOperator<Tensor>> network = new ArrayList<>();
    private final List<Tensor> parameters = new ArrayList<>();
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();
    private final List<Pointer> memory = new ArrayList<>();
    private final LibtorchOptimizer optimizer;
    private int steps;
    private float loss;

    private LibtorchMlp(MlpTask task, Function<List<Tensor>, LibtorchOptimizer> optimizer) {
        torch.set_num_threads(Machine.threads());
        var hidden = task.layers().subList(0, task.layers().size() - 1);
        for (var dense : hidden) {
            network.add(linear(dense));
            network.add(torch::relu);
            network.add(norm(dense.outputs()));
            network.add(x -> torch.dropout(x, dense.dropout(), TRAINING));
        }
        network.add(linear(task.layers().get(hidden.size())));
        for (var batch : task.batches()) {
            inputs.add(kept(Tensor.create(batch.features(), task.batchSize(), task.features())));
            targets.add(kept(Tensor.create(batch.targets(), task.batchSize(), 1)));
        }
        this.optimizer = optimizer.apply(parameters);
    }

    /** With the AdamW class of libtorch's C++ front end. */
    static LibtorchMlp withAdamW(MlpTask task) {
        return new LibtorchMlp(task, LibtorchAdamW::new);
    }

    /** With the fused AdamW kernel, as {@code torch.optim.AdamW(fused=True)} calls it from Python. */
    static LibtorchMlp withFusedAdamW(MlpTask task) {
        return new LibtorchMlp(task, LibtorchFusedAdamW::new);
    }

    private UnaryOperator<Tensor> linear(MlpTask.Dense dense) {
        Tensor weights = parameter(Tensor.create(dense.weights(), dense.outputs(), dense.inputs()));
        TensorOptional biases = kept(new TensorOptional(parameter(Tensor.create(dense.biases()))));
        return x -> torch.linear(x, weights, biases);
    }

    private UnaryOperator<Tensor> norm(int size) {
        TensorOptional scale = kept(new TensorOptional(parameter(torch.ones(size))));
        TensorOptional shift = kept(new TensorOptional(parameter(torch.zeros(size))));
        TensorOptional mean = kept(new TensorOptional(kept(torch.zeros(size))));
        TensorOptional variance = kept(new TensorOptional(kept(torch.ones(size))));
        double momentum = MlpTask.NORM_MOMENTUM;
        double epsilon = MlpTask.NORM_EPSILON;
        return x -> torch.batch_norm(x, scale, shift, mean, variance, TRAINING, momentum, epsilon, true);
    }

    private Tensor parameter(Tensor tensor) {
        tensor.set_requires_grad(true);
        parameters.add(tensor);
        return kept(tensor);
    }

    private <P extends Pointer> P kept(P pointer) {
        memory.add(pointer);
        return pointer;
    }

    @Override
    @SuppressWarnings("try") // the scope acts by being open
    public void step() {
        int at = steps++ % inputs.size();
        try (var scope = new PointerScope()) {
            Tensor x = inputs.get(at);
            for (var layer : network) {
                x = layer.apply(x);
            }
            Tensor error = torch.mse_loss(x, targets.get(at));
            error.backward();
            optimizer.step();
            loss = error.item_float();
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
}
