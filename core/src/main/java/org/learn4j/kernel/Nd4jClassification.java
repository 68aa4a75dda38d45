package org.learn4j.kernel;

import static org.learn4j.kernel.Nd4jScratch.as;
import static org.learn4j.kernel.Nd4jScratch.write;

import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Softmax and the losses of classification. */
final class Nd4jClassification {
    private Nd4jClassification() {}

    static void softmax(Tensor x, int axis, boolean logarithm, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            INDArray shifted = scratch.in(x, lines(x, axis));
            shifted = scratch.minus(shifted, scratch.max(shifted, 1));
            INDArray exponential = scratch.exp(shifted);
            INDArray total = scratch.sum(exponential, 1);
            write(
                    logarithm ? scratch.minus(shifted, Transforms.log(total, false)) : scratch.over(exponential, total),
                    out);
        }
    }

    static void softmaxGradient(Tensor y, int axis, boolean logarithm, Tensor dy, Tensor dx) {
        if (dx.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            INDArray value = scratch.in(y, lines(y, axis));
            INDArray gradient = scratch.in(dy, lines(dy, axis));
            if (logarithm) {
                write(scratch.minus(gradient, scratch.times(scratch.exp(value), scratch.sum(gradient, 1))), dx);
            } else {
                INDArray inner = scratch.sum(scratch.times(gradient, value), 1);
                write(scratch.times(scratch.minus(gradient, inner), value), dx);
            }
        }
    }

    /** Returns the shape [before, axis, after]. */
    private static long[] lines(Tensor tensor, int axis) {
        int middle = tensor.shape().axis(axis);
        long before = tensor.shape().slice(0, middle).elements();
        long size = tensor.shape().dim(middle);
        return new long[] {before, size, tensor.elements() / before / size};
    }

    static void negativeLogLikelihood(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            long n = logp.shape().dim(0);
            int classes = Math.toIntExact(logp.shape().dim(1));
            int[] target = targets.toInts();
            INDArray values = scratch.in(logp);
            INDArray weight = weights == null ? null : scratch.in(weights, 1, classes);
            INDArray loss = scratch.rows(as(values, n * classes, 1), scratch.of(places(target, classes)));
            loss.muli(smoothing - 1);
            if (weight != null) {
                loss.muli(scratch.rows(as(weight, classes, 1), scratch.of(target)));
            }
            if (smoothing != 0) {
                INDArray all = weight == null ? values : scratch.times(values, weight);
                loss.subi(scratch.sum(all, 1).muli(smoothing / classes));
            }
            write(loss, out);
        }
    }

    private static int[] places(int[] target, int classes) {
        int[] places = new int[target.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = Math.addExact(Math.multiplyExact(i, classes), target[i]);
        }
        return places;
    }

    /** dx = dy · (p · Σq − q), where q is the smoothed, weighted target distribution of a row. */
    static void crossEntropyGradient(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor dy, Tensor dx) {
        if (dx.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            long n = logp.shape().dim(0);
            long classes = logp.shape().dim(1);
            INDArray probability = scratch.exp(scratch.in(logp));
            INDArray goal = scratch.compare(
                    "equals",
                    as(scratch.of(targets.toInts()), n, 1),
                    as(scratch.of(numbers(Math.toIntExact(classes))), 1, classes),
                    probability.dataType());
            goal.muli(1 - smoothing).addi(smoothing / classes);
            if (weights != null) {
                goal = scratch.times(goal, scratch.in(weights, 1, classes));
            }
            INDArray gradient = scratch.times(probability, scratch.sum(goal, 1)).subi(goal);
            write(scratch.times(gradient, scratch.in(dy, n, 1)), dx);
        }
    }

    private static int[] numbers(int count) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = i;
        }
        return numbers;
    }
}
