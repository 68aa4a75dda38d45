package org.learn4j.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;

/**
 * An optimizer at work on one parameter group: its state vectors, the number of updates each parameter has had, and the
 * stretches it works on, found anew only when parameters are frozen or unfrozen.
 */
final class GroupState {
    /** The most elements of a stretch: its values, gradients and averages stay in the cache from one step to the next. */
    private static final long LONGEST = 1 << 19;

    private final Optimizer optimizer;
    private final ParamGroup group;
    private final List<Step> recipe;
    private final boolean perTensor;
    private final StateVectors vectors;
    private final long[] counts;
    private final boolean[] trainable;
    private final List<Stretch> stretches = new ArrayList<>();

    GroupState(Optimizer optimizer, ParamGroup group, List<Step> recipe) {
        this.optimizer = optimizer;
        this.group = group;
        this.recipe = recipe;
        this.perTensor = recipe.stream().anyMatch(Step::perTensor);
        this.vectors = new StateVectors(recipe);
        this.counts = new long[group.params().size()];
        this.trainable = new boolean[counts.length];
    }

    ParamGroup group() {
        return group;
    }

    StateVectors vectors() {
        return vectors;
    }

    long[] counts() {
        return counts;
    }

    /** Finds the stretches and makes their memory, which may run out; nothing has changed then. */
    void prepare() {
        if (trainabilityChanged()) {
            findStretches();
        }
    }

    void step(Hyper hyper) {
        for (int i = 0; i < stretches.size(); i++) {
            update(stretches.get(i), hyper);
        }
        for (int i = 0; i < counts.length; i++) {
            if (trainable[i]) {
                counts[i]++;
            }
        }
    }

    private void update(Stretch stretch, Hyper hyper) {
        long before = counts[stretch.first()];
        stretch.start(hyper, before + 1);
        for (int i = 0; before == 0 && i < recipe.size(); i++) {
            recipe.get(i).begin(stretch);
        }
        for (int i = 0; i < recipe.size(); i++) {
            recipe.get(i).apply(stretch);
        }
        stretch.values(); // does what no step has done of the weight decay
    }

    private boolean trainabilityChanged() {
        for (int i = 0; i < trainable.length; i++) {
            if (trainable[i] != isTrainable(i)) {
                return true;
            }
        }
        return false;
    }

    private void findStretches() {
        vectors.make(group.values()); // before anything changes
        forgetStretches();
        for (int first = 0, next; first < trainable.length; first = next) {
            next = first + 1;
            trainable[first] = isTrainable(first);
            while (next < trainable.length && belongs(first, next)) {
                trainable[next] = isTrainable(next);
                next++;
            }
            ParamGroup.Run run = run(first, next);
            if (trainable[first]) {
                addStretches(first, run);
            }
        }
    }

    private void addStretches(int first, ParamGroup.Run run) {
        long longest = perTensor ? Long.MAX_VALUE : LONGEST;
        for (long from = run.from(), to; from < run.to(); from = to) {
            to = run.to() - from > longest ? from + longest : run.to();
            ParamGroup.Run part = new ParamGroup.Run(from, to, run.isWeight());
            stretches.add(new Stretch(optimizer, group, part, vectors, first));
        }
    }

    private boolean isTrainable(int param) {
        return group.params().get(param).isTrainable();
    }

    /** Several parameters come with the zeros between them; one that norms are taken of comes alone. */
    private ParamGroup.Run run(int first, int next) {
        long from = group.offset(first);
        long to = next < counts.length ? group.offset(next) : group.values().elements();
        long exact = from + group.params().get(first).shape().elements();
        return new ParamGroup.Run(from, perTensor ? exact : to, isWeight(first));
    }

    private boolean belongs(int first, int next) {
        return !perTensor
                && isTrainable(first) == isTrainable(next)
                && isWeight(first) == isWeight(next)
                && counts[first] == counts[next];
    }

    private boolean isWeight(int param) {
        return group.params().get(param).role() == Param.Role.WEIGHT;
    }

    /** Makes the next step look for stretches again. */
    void forgetStretches() {
        stretches.forEach(Stretch::close);
        stretches.clear();
    }

    /** Sets the number of updates of each parameter; stretches are found again since equal numbers make them. */
    void counts(long... restored) {
        System.arraycopy(restored, 0, counts, 0, counts.length);
        forgetStretches();
        Arrays.fill(trainable, false);
    }

    void close() {
        forgetStretches();
        vectors.close();
    }
}
