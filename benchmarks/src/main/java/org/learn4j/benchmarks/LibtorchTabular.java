package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The {@link TabularTask} in libtorch, as fastai's TabularModel has it. */
final class LibtorchTabular {
    private LibtorchTabular() {}

    /** With the AdamW class of libtorch's C++ front end. */
    static Contender withAdamW(TabularTask task) {
        return LibtorchNetwork.training(task.batches().size(), network -> losses(task, network), LibtorchAdamW::new);
    }

    /** With the fused AdamW kernel, as {@code torch.optim.AdamW(fused=True)} calls it from Python. */
    static Contender withFusedAdamW(TabularTask task) {
        return LibtorchNetwork.training(
                task.batches().size(), network -> losses(task, network), LibtorchFusedAdamW::new);
    }

    private static IntFunction<Tensor> losses(TabularTask task, LibtorchNetwork network) {
        List<Tensor> tables = task.tables().stream()
                .map(table -> network.parameter(Tensor.create(table.weights(), table.categories(), table.width())))
                .toList();
        var norm = network.norm(task.numbers());
        var layers = network.layers(task.layers());
        List<Ready> batches = new ArrayList<>();
        for (var batch : task.batches()) {
            batches.add(Ready.of(task, batch, network));
        }
        Scalar highest = network.kept(new Scalar(TabularTask.HIGHEST));
        return at -> {
            Ready batch = batches.get(at);
            var vectors = new TensorVector(tables.size());
            for (int i = 0; i < tables.size(); i++) {
                vectors.put(i, torch.embedding(tables.get(i), batch.codes().get(i)));
            }
            Tensor categories = torch.dropout(torch.cat(vectors, 1), task.dropout(), LibtorchNetwork.TRAINING);
            Tensor x = torch.cat(new TensorVector(categories, norm.apply(batch.numbers())), 1);
            for (var layer : layers) {
                x = layer.apply(x);
            }
            return torch.mse_loss(torch.multiply(torch.sigmoid(x), highest), batch.targets());
        };
    }

    /** A batch in libtorch's memory; the codes column by column. */
    private record Ready(List<Tensor> codes, Tensor numbers, Tensor targets) {
        static Ready of(TabularTask task, TabularTask.Batch batch, LibtorchNetwork network) {
            List<Tensor> codes = IntStream.range(0, task.tables().size())
                    .mapToObj(column -> network.kept(Tensor.create(
                            IntStream.of(batch.column(column)).asLongStream().toArray())))
                    .toList();
            return new Ready(
                    codes,
                    network.kept(Tensor.create(batch.numbers(), task.batchSize(), task.numbers())),
                    network.kept(Tensor.create(batch.targets(), task.batchSize(), 1)));
        }
    }
}
