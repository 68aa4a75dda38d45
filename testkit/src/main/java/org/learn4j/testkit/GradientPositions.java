package org.learn4j.testkit;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.learn4j.autograd.Tape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.GradientCheck.Numbers;
import org.learn4j.testkit.GradientCheck.Point;

/**
 * The same gradient in other places of a graph. Engines that hand the memory of one gradient on to another go wrong where
 * two parts of a graph meet: each place is compared with the plain one.
 */
final class GradientPositions {
    private final GradientCheck check;
    private final double[] weights;
    private final double[] plain;
    private final double[] plainSum;
    private final double[] before;
    private final double[] factor;
    private final double[] after;

    /** Computes what to expect, in FLOAT64. */
    GradientPositions(GradientCheck check, Point point, Numbers numbers) {
        this.check = check;
        try (TensorScope scope = TensorScope.open()) {
            int outputs = Math.toIntExact(check.apply(point.inputs).elements());
            this.weights = numbers.signed(outputs);
            this.plain = leaves(point, weights);
            double[] ones = new double[outputs];
            Arrays.fill(ones, 1);
            this.plainSum = leaves(point, ones);
        }
        this.before = numbers.signed(point.size());
        this.factor = numbers.signed(point.size());
        this.after = numbers.signed(point.size());
    }

    /** Compares every position; returns how many. */
    int check(Point point, double absolute, double relative) {
        int compared = 0;
        compared += compare(point, "as leaves", leaves(point, weights), plain, absolute, relative);
        compared += compare(point, "twice, to be added", twice(point), scaled(plain, 2), absolute, relative);
        compared += compare(point, "as results", results(point, input -> input.times(1)), plain, absolute, relative);
        compared +=
                compare(point, "as views", results(point, GradientPositions::turnedTwice), plain, absolute, relative);
        compared += compare(point, "from a turned gradient", turned(point), plain, absolute, relative);
        compared += compare(point, "from a repeated gradient", summed(point), plainSum, absolute, relative);
        double[] shared = withOtherUses();
        compared += compare(point, "used elsewhere", shared(point, false), shared, absolute, relative);
        compared += compare(point, "used elsewhere, freed on the way", shared(point, true), shared, absolute, relative);
        for (int alone : point.varied) {
            compared += compareAlone(point, alone, absolute, relative);
        }
        return compared;
    }

    private int compare(
            Point point, String position, double[] received, double[] expected, double absolute, double relative) {
        double[] allowed = new double[expected.length];
        for (int i = 0; i < allowed.length; i++) {
            allowed[i] = absolute + relative * Math.abs(expected[i]);
        }
        check.compare(point, "FLOAT64 inputs that are leaves (here: " + position + ")", received, expected, allowed);
        return 1;
    }

    private double[] leaves(Point point, double... outputWeights) {
        return backward(point, tape -> {
            Tensor y = check.apply(point.inputs);
            tape.backward(y, GradientCheck.like(y, outputWeights));
        });
    }

    private double[] twice(Point point) {
        return backward(point, tape -> {
            Tensor y = check.apply(point.inputs);
            tape.backward(y, GradientCheck.like(y, weights));
            tape.backward(y, GradientCheck.like(y, weights));
        });
    }

    private double[] results(Point point, UnaryOperator<Tensor> use) {
        return backward(point, tape -> {
            Tensor y = check.apply(used(point, (input, number) -> use.apply(input)));
            tape.backward(y, GradientCheck.like(y, weights));
        });
    }

    private static Tensor turnedTwice(Tensor tensor) {
        int[] reversed = reversed(tensor.shape().rank());
        return tensor.permute(reversed).permute(reversed);
    }

    private double[] turned(Point point) {
        return backward(point, tape -> {
            Tensor y = check.apply(point.inputs);
            int[] reversed = reversed(y.shape().rank());
            Tensor gradient = GradientCheck.like(y, weights).permute(reversed).copy();
            tape.backward(y.permute(reversed), gradient);
        });
    }

    private double[] summed(Point point) {
        return backward(point, tape -> tape.backward(check.apply(point.inputs).sum()));
    }

    /** Each input goes into another operation before the function runs and into one more after it. */
    private double[] shared(Point point, boolean releasing) {
        return backward(point, releasing, tape -> {
            Tensor[] inputs = used(point, (input, number) -> input.times(1));
            Tensor[] elsewhere = new Tensor[inputs.length];
            forEachVaried(
                    point, (number, at) -> elsewhere[number] = inputs[number].plus(part(inputs[number], factor, at)));
            Tensor y = check.apply(inputs);
            Tensor loss = y.times(GradientCheck.like(y, weights)).sum();
            Tensor[] total = {loss};
            forEachVaried(point, (number, at) -> {
                Tensor input = inputs[number];
                Tensor later = input.times(part(input, factor, at)).times(part(input, after, at));
                Tensor earlier = elsewhere[number].times(part(input, before, at));
                total[0] = total[0].plus(later.sum()).plus(earlier.sum());
            });
            tape.backward(total[0]);
        });
    }

    private double[] withOtherUses() {
        double[] expected = plain.clone();
        for (int i = 0; i < expected.length; i++) {
            expected[i] += before[i] + factor[i] * after[i];
        }
        return expected;
    }

    private int compareAlone(Point point, int alone, double absolute, double relative) {
        int from = 0;
        for (int i : point.varied) {
            if (i == alone) {
                break;
            }
            from += Math.toIntExact(point.inputs[i].elements());
        }
        Point one = new Point(point.inputs, alone);
        double[] expected = Arrays.copyOfRange(plain, from, from + one.size());
        point.clear(false);
        return compare(one, "alone", leaves(one, weights), expected, absolute, relative);
    }

    // ---- running

    private double[] backward(Point point, Consumer<Tape> graph) {
        return backward(point, false, graph);
    }

    private double[] backward(Point point, boolean releasing, Consumer<Tape> graph) {
        try (TensorScope scope = TensorScope.open();
                Tape tape = releasing ? Tape.openReleasing() : Tape.open()) {
            point.clear(true);
            graph.accept(tape);
            double[] gradients = point.gradients(check);
            point.clear(false);
            return gradients;
        }
    }

    private static Tensor[] used(Point point, BiFunction<Tensor, Integer, Tensor> use) {
        Tensor[] inputs = point.inputs.clone();
        for (int number : point.varied) {
            inputs[number] = use.apply(inputs[number], number);
        }
        return inputs;
    }

    private static void forEachVaried(Point point, BiConsumer<Integer, Integer> action) {
        int at = 0;
        for (int number : point.varied) {
            action.accept(number, at);
            at += Math.toIntExact(point.inputs[number].elements());
        }
    }

    private static Tensor part(Tensor like, double[] numbers, int at) {
        return GradientCheck.like(like, Arrays.copyOfRange(numbers, at, at + Math.toIntExact(like.elements())));
    }

    private static double[] scaled(double[] numbers, double by) {
        return Arrays.stream(numbers).map(number -> number * by).toArray();
    }

    private static int[] reversed(int rank) {
        int[] axes = new int[rank];
        for (int i = 0; i < rank; i++) {
            axes[i] = rank - 1 - i;
        }
        return axes;
    }
}
