package org.learn4j.benchmarks;

import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;

/** The operator {@code aten::_fused_adamw_}: all parameters in one call, one pass over each. */
final class LibtorchFusedAdamW implements LibtorchOptimizer {
    private final OperatorHandle operator = Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", "");
    private final Scalar one = new Scalar(1f);
    private final List<Tensor> parameters;
    private final List<Tensor> averages;
    private final List<Tensor> squares;
    private final Tensor count = torch.zeros().squeeze();

    LibtorchFusedAdamW(List<Tensor> parameters) {
        this.parameters = List.copyOf(parameters);
        averages = parameters.stream().map(torch::zeros_like).toList();
        squares = parameters.stream().map(torch::zeros_like).toList();
    }

    @Override
    @SuppressWarnings("try") // the scope acts by being open
    public void step() {
        var gradients = parameters.stream().map(Tensor::mutable_grad).toList();
        try (var guard = new NoGradGuard()) {
            count.add_(one);
            Dispatcher.singleton().callBoxed(operator, arguments(gradients));
        }
        gradients.forEach(Tensor::reset);
    }

    private IValueVector arguments(List<Tensor> gradients) {
        var arguments = new IValueVector();
        for (var tensors : List.of(
                parameters,
                gradients,
                averages,
                squares,
                List.<Tensor>of(),
                Collections.nCopies(parameters.size(), count))) {
            arguments.push_back(list(tensors));
        }
        for (double number : new double[] {
            MlpTask.LEARNING_RATE, MlpTask.BETA1, MlpTask.BETA2, MlpTask.WEIGHT_DECAY, MlpTask.ADAM_EPSILON
        }) {
            arguments.push_back(new IValue(number));
        }
        boolean amsgrad = false;
        boolean maximize = false;
        arguments.push_back(new IValue(amsgrad)).push_back(new IValue(maximize));
        return arguments.push_back(new IValue()).push_back(new IValue());
    }

    private static IValue list(List<Tensor> tensors) {
        var list = new GenericList(new Type.TypePtr(TensorType.get()));
        tensors.forEach(tensor -> list.push_back(new IValue(tensor)));
        return new IValue(list);
    }

    @Override
    public void close() {
        averages.forEach(Tensor::close);
        squares.forEach(Tensor::close);
        count.close();
        one.close();
    }
}
