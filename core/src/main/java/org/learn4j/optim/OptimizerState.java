package org.learn4j.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.nn.ParamGroup;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.ModelFormatException.Reason;
import org.learn4j.tensor.Tensor;

/**
 * An {@link Optimizer} at work on parameter groups: its averages in native memory and the number of updates each
 * parameter has had.
 *
 * <pre>{@code
 * try (OptimizerState state = Optimizer.adam().over(groups)) {
 *     tape.backward(loss);
 *     groups.forEach(ParamGroup::completeGradients);
 *     state.step(List.of(new Hyper(1e-3, .9, .01), new Hyper(1e-2, .9, .01)));
 * }
 * }</pre>
 *
 * <p>Only trainable parameters change. What is remembered of a parameter survives freezing and unfreezing, and, as in
 * fastai, each counts its own updates, so that the averages of one unfrozen late are debiased as the young averages
 * they are. A step makes one pass over the flat buffers for each kernel of the recipe (three for Adam) and allocates no
 * native memory, but the first after a group is unfrozen. Not thread-safe; the groups must outlive it.
 */
public final class OptimizerState implements AutoCloseable {
    private final Optimizer optimizer;
    private final List<GroupState> groups = new ArrayList<>();
    private boolean closed;

    OptimizerState(Optimizer optimizer, List<ParamGroup> paramGroups) {
        this.optimizer = optimizer;
        List<Step> recipe = optimizer.steps();
        paramGroups.forEach(group -> groups.add(new GroupState(optimizer, group, recipe)));
    }

    /** Returns the recipe. */
    public Optimizer optimizer() {
        return optimizer;
    }

    /**
     * Changes the trainable parameters by the gradients as they stand, one {@link Hyper} a group. L2 weight decay adds
     * to the gradients.
     *
     * @throws IllegalArgumentException if there are not as many as groups
     * @throws org.learn4j.tensor.TensorMemoryException if there is no memory for a group's first step; nothing has
     *     changed then
     */
    public void step(List<Hyper> hypers) {
        requireOpen();
        if (hypers.size() != groups.size()) {
            throw new IllegalArgumentException("One set of hyper-parameters a parameter group is expected: there are "
                    + groups.size() + " groups, received " + hypers.size());
        }
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).prepare();
        }
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).step(hypers.get(i));
        }
    }

    /**
     * Returns the state vectors by name, such as {@code 0/average} for one of the first group's, in order; live, not
     * copied. A group that was never trained has none.
     */
    public Map<String, Tensor> tensors() {
        requireOpen();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            String prefix = i + "/";
            groups.get(i).vectors().made().forEach((name, tensor) -> tensors.put(prefix + name, tensor));
        }
        return tensors;
    }

    /** Returns how many updates each parameter of each group has had. */
    public Json.Fields counters() {
        requireOpen();
        return Json.object()
                .with(
                        "updates",
                        Json.array(groups.stream()
                                .map(group -> Json.wholes(group.counts()))
                                .toList()));
    }

    /**
     * Goes back to a state that {@link #tensors()} and {@link #counters()} gave, of an equal optimizer over groups of
     * the same shapes. The tensors are copied; a vector that is not among them becomes zeros.
     *
     * @throws ModelFormatException if they do not fit; then nothing has changed
     */
    public void restore(Map<String, Tensor> tensors, JsonPlace counters) {
        requireOpen();
        List<long[]> updates = SavedUpdates.read(counters, groups);
        Map<String, Tensor> unknown = new LinkedHashMap<>(tensors);
        for (int i = 0; i < groups.size(); i++) {
            for (String name : groups.get(i).vectors().names()) {
                Tensor saved = unknown.remove(i + "/" + name);
                SavedUpdates.requireVector(i + "/" + name, saved, groups.get(i), updates.get(i));
            }
        }
        if (!unknown.isEmpty()) {
            throw new ModelFormatException(
                    Reason.VALUE,
                    "the state has " + unknown.keySet() + ", which " + optimizer + " over " + groups.size()
                            + " parameter groups does not keep");
        }
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).counts(updates.get(i));
            groups.get(i).vectors().set(tensors, i + "/");
        }
    }

    /** Forgets all averages and counts, as if no step had been made. */
    public void reset() {
        requireOpen();
        for (GroupState group : groups) {
            group.vectors().clear();
            group.counts(new long[group.counts().length]);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This optimizer's state was closed, with its learner perhaps");
        }
    }

    /** Frees the memory. Calling it again does nothing. */
    @Override
    public void close() {
        closed = true;
        groups.forEach(GroupState::close);
    }
}
