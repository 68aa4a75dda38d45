package org.learn4j.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Pass;
import org.learn4j.tensor.MemoryPool;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** Collects predictions batch by batch into whole tensors. */
final class Predicting {
    private Predicting() {}

    static Predictions run(Layer model, Loss loss, DataLoader loader, MemoryPool pool) {
        int rows = loader.size();
        Rows values = new Rows(rows);
        Rows decoded = new Rows(rows);
        Rows targets = new Rows(rows);
        List<Integer> items = new ArrayList<>(rows);
        double[] losses = new double[loader.dataset().target().isPresent() ? rows : 0];
        try (BatchStream batches = loader.open(0, 0)) {
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                try (TensorScope scope = pool.scope()) {
                    Tensor output = model.call(Pass.evaluation(), batch.inputs());
                    values.add(loss.activation(output), items.size());
                    decoded.add(loss.decode(output), items.size());
                    Optional<Tensor> target = batch.target();
                    if (target.isPresent()) {
                        targets.add(target.get(), items.size());
                        double[] own = loss.items(output, target.get()).toDoubles();
                        System.arraycopy(own, 0, losses, items.size(), own.length);
                    }
                }
                IntStream.of(batch.items()).forEach(items::add);
            }
        } catch (RuntimeException | Error failure) {
            values.close();
            decoded.close();
            targets.close();
            throw failure;
        }
        int[] order = items.stream().mapToInt(Integer::intValue).toArray();
        return new Predictions(order, values.require(), decoded.require(), targets.whole(), losses);
    }

    /** A tensor that grows row by row into its final shape. */
    private static final class Rows {
        private final int count;
        private @Nullable Tensor whole;

        Rows(int count) {
            this.count = count;
        }

        void add(Tensor part, int at) {
            if (whole == null) {
                whole = Tensor.uninitialized(part.dtype(), part.shape().with(0, count)).keep();
            }
            Tensor all = whole;
            long width = part.shape().without(0).elements();
            try (Tensor place = all.view(part.shape(), all.strides(), at * width)) {
                org.learn4j.kernel.Kernels.current().copy(part, place);
            }
        }

        @Nullable
        Tensor whole() {
            return whole;
        }

        Tensor require() {
            return whole == null ? Tensor.uninitialized(org.learn4j.tensor.DType.FLOAT32, Shape.of(0)).keep() : whole;
        }

        void close() {
            if (whole != null) {
                whole.close();
            }
        }
    }
}
