package org.learn4j.optim;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The rules of this library, with fastai v2's defaults: the allow-list of names in files. */
enum Rules implements Rule {
    SGD("sgd", false, 0, new Moments(0, .99, 1e-5), m -> descent(m, false)),
    NESTEROV("nesterov", false, 0, new Moments(.9, .99, 1e-5), m -> descent(m, true)),
    RMS_PROP("rmsProp", true, 0, new Moments(0, .99, 1e-8), Rules::rmsProp),
    ADAM("adam", true, .01, new Moments(.9, .99, 1e-5), m -> averaged(new AdamStep())),
    RADAM("radam", true, 0, new Moments(.9, .99, 1e-5), m -> averaged(new RAdamStep())),
    LAMB("lamb", true, 0, new Moments(.9, .99, 1e-5), m -> averaged(new LambStep()));

    private final String id;
    private final boolean adapts;
    private final double weightDecay;
    private final Moments moments;
    private final Function<Moments, List<Step>> steps;

    Rules(String id, boolean adapts, double weightDecay, Moments moments, Function<Moments, List<Step>> steps) {
        this.id = id;
        this.adapts = adapts;
        this.weightDecay = weightDecay;
        this.moments = moments;
        this.steps = steps;
    }

    private static List<Step> descent(Moments moments, boolean nesterov) {
        return moments.momentum() == 0
                ? List.of(new SgdStep())
                : List.of(new Average(false), new MomentumStep(nesterov));
    }

    private static List<Step> rmsProp(Moments moments) {
        return moments.momentum() == 0
                ? List.of(new AverageSquare(), new RmsStep(false))
                : List.of(new Average(false), new AverageSquare(), new RmsStep(true));
    }

    private static List<Step> averaged(Step step) {
        return List.of(new Average(true), new AverageSquare(), step);
    }

    static List<String> names() {
        return Arrays.stream(values()).map(rule -> rule.id).toList();
    }

    static Optional<Rules> named(String name) {
        return Arrays.stream(values()).filter(rule -> rule.id.equals(name)).findFirst();
    }

    @Override
    public Moments moments() {
        return moments;
    }

    @Override
    public double weightDecay() {
        return weightDecay;
    }

    @Override
    public boolean adapts() {
        return adapts;
    }

    @Override
    public List<Step> steps(Moments settings) {
        return steps.apply(settings);
    }

    @Override
    public String id() {
        return id;
    }
}
