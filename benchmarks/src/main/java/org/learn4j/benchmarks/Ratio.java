package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How many times faster Learn4J is than another engine in one case, each taken at its best: the fastest contender of the
 * engine under the wait policy that suits it.
 *
 * @param id such as {@code mlp.train.b64}; the engine follows where it is not libtorch
 */
record Ratio(String id, double value) {
    /** Returns the ratios that the measurements allow, in the order of the cases. */
    static List<Ratio> of(String group, List<Measurement> measurements) {
        var ratios = new ArrayList<Ratio>();
        for (var caseId :
                measurements.stream().map(Measurement::caseId).distinct().toList()) {
            var ours = best(measurements, caseId, Engine.LEARN4J);
            for (var engine : List.of(Engine.LIBTORCH, Engine.DL4J)) {
                var theirs = best(measurements, caseId, engine);
                if (ours.isPresent() && theirs.isPresent()) {
                    String suffix = engine == Engine.LIBTORCH ? "" : "." + engine.id();
                    double value =
                            theirs.get().timing().median() / ours.get().timing().median();
                    ratios.add(new Ratio(group + "." + caseId + suffix, value));
                }
            }
        }
        return ratios;
    }

    /** Returns the fastest measurement of an engine in a case. */
    static Optional<Measurement> best(List<Measurement> measurements, String caseId, Engine engine) {
        return measurements.stream()
                .filter(m -> m.caseId().equals(caseId) && m.engine() == engine)
                .min(Comparator.comparingDouble(m -> m.timing().median()));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "RATIO %s %.2f", id, value);
    }
}
