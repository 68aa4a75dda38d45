package org.learn4j.learn;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.NoGrad;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.data.Field;
import org.learn4j.kernel.Kernels;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Pass;
import org.learn4j.tensor.MemoryPool;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** Collects predictions batch by batch into whole tensors. */
final class Predicting implements AutoCloseable {
    private final Layer model;
    private final Loss loss;
    private final MemoryPool pool;
    private final int[] items;
    private final double[] losses;
    private final Rows values;
    private final Rows decoded;
    private final Rows targets;
    private int done;

    private Predicting(Layer model, Loss loss, DataLoader loader, MemoryPool pool) {
        this.model = model;
        this.loss = loss;
        this.pool = pool;
        this.items = new int[loader.size()];
        this.losses = new double[loader.dataset().target().isPresent() ? items.length : 0];
        this.values = new Rows(items.length);
        this.decoded = new Rows(items.length);
        this.targets = new Rows(items.length);
    }

    static Predictions run(Layer model, Loss loss, DataLoader loader, MemoryPool pool) {
        try (Predicting collected = new Predicting(model, loss, loader, pool)) {
            if (loader.size() == 0) {
                collected.addNothing(loader);
            } else {
                collected.addAll(loader);
            }
            return new Predictions(
                    loss,
                    collected.items,
                    collected.values.take(),
                    collected.decoded.take(),
                    collected.targets.isEmpty() ? null : collected.targets.take(),
                    collected.losses);
        }
    }

    private void addAll(DataLoader loader) {
        try (BatchStream batches = loader.open(0, 0)) {
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                add(batch);
            }
        }
    }

    /** Runs the model on a batch of no rows, to learn the shapes of predictions for no items. */
    private void addNothing(DataLoader loader) {
        try (TensorScope scope = pool.scope()) {
            List<Tensor> inputs =
                    loader.dataset().inputs().stream().map(Predicting::none).toList();
            Tensor target = loader.dataset().target().map(Predicting::none).orElse(null);
            add(new Batch(0, new int[0], inputs, target));
        }
    }

    private static Tensor none(Field field) {
        return Tensor.uninitialized(field.dtype(), Shape.of(0).concat(field.shape()));
    }

    private void add(Batch batch) {
        try (TensorScope scope = pool.scope();
                NoGrad noGrad = NoGrad.open()) {
            Tensor output = model.call(Pass.evaluation(), batch.inputs());
            values.add(loss.activation(output), done);
            decoded.add(loss.decode(output), done);
            Optional<Tensor> target = batch.target();
            if (target.isPresent()) {
                targets.add(target.get(), done);
                if (batch.size() > 0) {
                    double[] own = loss.items(output, target.get()).toDoubles();
                    System.arraycopy(own, 0, losses, done, own.length);
                }
            }
        }
        System.arraycopy(batch.items(), 0, items, done, batch.size());
        done += batch.size();
    }

    /** Frees what was not taken. */
    @Override
    public void close() {
        values.close();
        decoded.close();
        targets.close();
    }

    /** A tensor that grows row by row into its final shape. */
    private static final class Rows {
        private final int count;
        private @Nullable Tensor whole;

        Rows(int count) {
            this.count = count;
        }

        void add(Tensor part, int at) {
            Tensor all = whole;
            if (all == null) {
                all = Tensor.uninitialized(part.dtype(), part.shape().with(0, count))
                        .keep();
                whole = all;
            }
            long width = part.shape().without(0).elements();
            try (Tensor place = all.view(part.shape(), all.strides(), at * width)) {
                Kernels.current().copy(part, place);
            }
        }

        boolean isEmpty() {
            return whole == null;
        }

        /** Returns the tensor, which belongs to the caller now. */
        Tensor take() {
            Tensor all = whole;
            if (all == null) {
                throw new IllegalStateException("There are no rows");
            }
            whole = null;
            return all;
        }

        void close() {
            if (whole != null) {
                whole.close();
            }
        }
    }
}
