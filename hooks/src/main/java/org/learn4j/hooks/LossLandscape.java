package org.learn4j.hooks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.learn4j.autograd.NoGrad;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.learn.Learner;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.Pass;
import org.learn4j.plot.MatrixChart;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.TensorScope;

/**
 * The loss around a network's weights, along two random directions (Li et al. 2018): whether it lies in a smooth bowl or in
 * rough ground. A direction is as long as the weights themselves, filter by filter; biases and normalisation stay where they
 * are.
 *
 * <pre>{@code
 * LossLandscape.around(learner).points(21).measure().chart().save(Path.of("landscape.png"));
 * }</pre>
 *
 * @param losses the mean loss at each point, a row for each step along the second direction; the weights themselves are in the
 *     middle
 * @param span how far the first and last point are from the middle, in lengths of the weights
 */
public record LossLandscape(double[][] losses, double span) {
    /** Starts with the settings: 21 × 21 points up to 1 away, on the training items, in evaluation. */
    public static Builder around(Learner learner) {
        return new Builder(learner);
    }

    /** Returns the loss of the weights as they are. */
    public double center() {
        return losses[losses.length / 2][losses.length / 2];
    }

    /** Returns the picture. */
    public MatrixChart chart() {
        return drawn("Loss", losses);
    }

    /** Returns the picture of the losses' logarithms, where a few large ones would hide the rest. */
    public MatrixChart logarithmicChart() {
        double[][] logarithms = new double[losses.length][];
        for (int i = 0; i < losses.length; i++) {
            logarithms[i] = Arrays.stream(losses[i]).map(Math::log).toArray();
        }
        return drawn("log(loss)", logarithms);
    }

    private MatrixChart drawn(String title, double[]... values) {
        return MatrixChart.of(title, "first direction", "second direction", values)
                .upwards()
                .ranges(-span, span, -span, span);
    }

    /** How a landscape is measured. */
    public static final class Builder {
        private final Learner learner;
        private DataLoader loader;
        private int points = 21;
        private double span = 1;
        private int batches = Integer.MAX_VALUE;
        private boolean batchStatistics;
        private Seed seed = Seed.of(42);

        private Builder(Learner learner) {
            this.learner = learner;
            this.loader = learner.data().train();
        }

        /** Measures the loss on other items than the training items. */
        public Builder loader(DataLoader items) {
            loader = items;
            return this;
        }

        /** Measures at so many points in each direction, an odd number so that one is in the middle. */
        public Builder points(int count) {
            if (count < 3 || count % 2 == 0) {
                throw new IllegalArgumentException(
                        "A landscape has an odd number of points, from 3, received " + count);
            }
            points = count;
            return this;
        }

        /** Measures as far away as this, in lengths of the weights. */
        public Builder span(double lengths) {
            if (!(lengths > 0 && lengths < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("A landscape's span is positive and finite, received " + lengths);
            }
            span = lengths;
            return this;
        }

        /** Measures on the loader's first so many batches. */
        public Builder batches(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("A loss is measured on at least one batch, received " + count);
            }
            batches = count;
            return this;
        }

        /**
         * Runs the passes as in training: batch norm uses each batch's statistics, as the loss that training minimises does,
         * and dropout drops. Running statistics do not change.
         */
        public Builder asInTraining() {
            batchStatistics = true;
            return this;
        }

        /** Chooses the directions, and what dropout drops. */
        public Builder seed(Seed chosen) {
            seed = chosen;
            return this;
        }

        /**
         * Measures. The weights are changed while it lasts, and afterwards what they were, bit for bit, whatever happens;
         * nothing else may use the learner meanwhile.
         *
         * @throws IllegalStateException if the model was folded for prediction, so that its weights cannot be moved
         */
        public LossLandscape measure() {
            List<Direction> weights = new ArrayList<>();
            LayerTree.params(learner.model()).forEach((path, param) -> {
                if (param.value().isFrozen()) {
                    throw new IllegalStateException("A landscape moves the weights, and " + path
                            + " was frozen for prediction by Folding.fold");
                }
                if (param.shape().rank() > 1 && param.role() == Param.Role.WEIGHT) {
                    weights.add(Direction.of(param, seed.fold(path)));
                }
            });
            double[][] losses = new double[points][points];
            try (DataLoader ordered = loader.inOrder()) {
                for (int row = 0; row < points; row++) {
                    for (int column = 0; column < points; column++) {
                        double x = place(column);
                        double y = place(row);
                        weights.forEach(weight -> weight.go(x, y));
                        losses[row][column] = loss(ordered);
                    }
                }
            } finally {
                weights.forEach(Direction::goBack);
            }
            return new LossLandscape(losses, span);
        }

        private double place(int point) {
            int middle = points / 2;
            return span * (point - middle) / middle;
        }

        private double loss(DataLoader ordered) {
            double sum = 0;
            long items = 0;
            try (BatchStream stream = ordered.open(0, 0);
                    NoGrad noGrad = NoGrad.open()) {
                Batch batch = stream.next();
                for (int i = 0; i < batches && batch != null; i++) {
                    try (TensorScope scope = TensorScope.open()) {
                        Pass pass = batchStatistics ? Pass.trainingDeferred(seed.fold(i)) : Pass.evaluation();
                        sum += batch.size()
                                * learner.loss()
                                        .mean(learner.model().call(pass, batch.inputs()), batch.requireTarget())
                                        .item();
                    }
                    items += batch.size();
                    batch = stream.next();
                }
            }
            return sum / items;
        }
    }

    /** A parameter, its values and two directions of their lengths. */
    private record Direction(Param param, double[] start, double[] first, double[] second) {
        static Direction of(Param param, Seed seed) {
            double[] start = param.value().toDoubles();
            int filters = Math.toIntExact(param.shape().dim(0));
            return new Direction(
                    param,
                    start,
                    random(start, filters, seed.fold("first")),
                    random(start, filters, seed.fold("second")));
        }

        /** Returns normal draws, each filter's scaled to the length of that filter's weights. */
        private static double[] random(double[] start, int filters, Seed seed) {
            RandomStream stream = seed.stream();
            double[] direction = new double[start.length];
            int size = start.length / Math.max(1, filters);
            for (int filter = 0; filter < filters; filter++) {
                double length = 0;
                double drawn = 0;
                for (int i = filter * size; i < (filter + 1) * size; i++) {
                    direction[i] = stream.nextGaussian();
                    length += start[i] * start[i];
                    drawn += direction[i] * direction[i];
                }
                for (int i = filter * size; i < (filter + 1) * size; i++) {
                    direction[i] *= Math.sqrt(length / drawn);
                }
            }
            return direction;
        }

        void go(double x, double y) {
            double[] moved = new double[start.length];
            for (int i = 0; i < moved.length; i++) {
                moved[i] = start[i] + x * first[i] + y * second[i];
            }
            write(moved);
        }

        void goBack() {
            write(start);
        }

        private void write(double... values) {
            if (param.value().dtype() == DType.FLOAT64) {
                param.value().set(values);
                return;
            }
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) values[i];
            }
            param.value().set(floats);
        }
    }
}
