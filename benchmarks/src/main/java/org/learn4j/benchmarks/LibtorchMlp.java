package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch, driven through JavaCPP ({@code org.bytedeco:pytorch}) without a wrapper in between: the functions that
 * {@code torch.nn} would call, its autograd, and one of two optimizers.
 */
final class LibtorchMlp implements Contender {
    private final List<Layer> layers = new ArrayList<>();
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();
    private final LibtorchOptimizer optimizer;
    private int steps;
    private float loss;

    private LibtorchMlp(MlpTask task, Function<List<Tensor>, LibtorchOptimizer> optimizer) {
        torch.set_num_threads(Machine.threads());
        var parameters = new ArrayList<Tensor>();
        for (var dense : task.layers()) {
            layers.add(Layer.of(dense, dense == task.layers().get(task.layers().size() - 1), parameters));
        }
        for (var batch : task.batches()) {
            inputs.add(Tensor.create(batch.features(), task.batchSize(), task.features()));
            targets.add(Tensor.create(batch.targets(), task.batchSize(), 1));
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

    @Override
    @SuppressWarnings("try") // the scope acts by being open
    public void step() {
        int at = steps++ % inputs.size();
        try (var scope = new PointerScope()) {
            Tensor x = inputs.get(at);
            for (var layer : layers) {
                x = layer.forward(x);
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
        layers.forEach(Layer::close);
        inputs.forEach(Tensor::close);
        targets.forEach(Tensor::close);
    }

    /** A Linear layer and, where there is one, its normalization. */
    private record Layer(Tensor weights, TensorOptional biases, Norm norm, double dropout) {
        static Layer of(MlpTask.Dense dense, boolean last, List<Tensor> parameters) {
            Tensor weights = parameter(Tensor.create(dense.weights(), dense.outputs(), dense.inputs()), parameters);
            Tensor biases = parameter(Tensor.create(dense.biases()), parameters);
            return new Layer(
                    weights,
                    new TensorOptional(biases),
                    last ? null : Norm.of(dense.outputs(), parameters),
                    dense.dropout());
        }

        Tensor forward(Tensor x) {
            Tensor y = torch.linear(x, weights, biases);
            return norm == null ? y : torch.dropout(norm.forward(torch.relu(y)), dropout, true);
        }

        void close() {
            weights.close();
            biases.close();
            if (norm != null) {
                norm.close();
            }
        }
    }

    /** BatchNorm1d. */
    private record Norm(TensorOptional scale, TensorOptional shift, TensorOptional mean, TensorOptional variance) {
        static Norm of(int size, List<Tensor> parameters) {
            return new Norm(
                    new TensorOptional(parameter(torch.ones(size), parameters)),
                    new TensorOptional(parameter(torch.zeros(size), parameters)),
                    new TensorOptional(torch.zeros(size)),
                    new TensorOptional(torch.ones(size)));
        }

        Tensor forward(Tensor x) {
            return torch.batch_norm(
                    x, scale, shift, mean, variance, true, MlpTask.NORM_MOMENTUM, MlpTask.NORM_EPSILON, true);
        }

        void close() {
            scale.close();
            shift.close();
            mean.close();
            variance.close();
        }
    }

    private static Tensor parameter(Tensor tensor, List<Tensor> parameters) {
        tensor.set_requires_grad(true);
        parameters.add(tensor);
        return tensor;
    }
}
