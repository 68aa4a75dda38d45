package org.learn4j.optim;

import java.util.List;
import org.learn4j.kernel.Kernels;

/** The debiased average divided by the root of the debiased average square (Kingma and Ba 2014). */
record AdamStep() implements Step {
    static final List<String> AVERAGES = List.of(Average.NAME, AverageSquare.NAME);

    @Override
    public List<String> state() {
        return AVERAGES;
    }

    @Override
    public void apply(Stretch s) {
        apply(s, 1);
    }

    static void apply(Stretch s, double factor) {
        double rate = factor * s.rate() / s.debias(s.momentum());
        double squares = 1 / s.debias(s.squareMomentum());
        double shrink = s.takeShrink();
        Kernels.current().adaptiveStep(s.values(), s.average(), s.averageSquare(), squares, s.epsilon(), rate, shrink);
    }
}
