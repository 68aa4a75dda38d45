package org.learn4j.optim;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Kernels;
import org.learn4j.nn.ParamGroup;
import org.learn4j.tensor.Tensor;

/** The memory of a recipe's steps for one parameter group: vectors as long as the group's, made when first needed. */
final class StateVectors {
    static final String SCRATCH = "scratch";

    private final Set<String> names = new LinkedHashSet<>();
    private final boolean needsScratch;
    private final Map<String, Tensor> vectors = new LinkedHashMap<>();
    private @Nullable Tensor scratch;

    StateVectors(List<Step> recipe) {
        recipe.forEach(step -> names.addAll(step.state()));
        needsScratch = names.remove(SCRATCH);
    }

    Set<String> names() {
        return names;
    }

    /** Returns the vectors made so far by name; all or none. */
    Map<String, Tensor> made() {
        return vectors;
    }

    void make(Tensor like) {
        for (String name : names) {
            vectors.computeIfAbsent(name, key -> zeros(like));
        }
        if (needsScratch && scratch == null) {
            scratch = zeros(like);
        }
    }

    private static Tensor zeros(Tensor like) {
        Tensor vector = Tensor.uninitialized(like.dtype(), like.shape()).keep();
        Kernels.current().fill(0, vector);
        return vector;
    }

    Map<String, Tensor> views(ParamGroup.Run run) {
        Map<String, Tensor> views = new LinkedHashMap<>();
        vectors.forEach((name, vector) -> views.put(name, run.of(vector).keep()));
        return views;
    }

    @Nullable
    Tensor scratch(ParamGroup.Run run) {
        return scratch == null ? null : run.of(scratch).keep();
    }

    /** Copies the given vectors, those that there are, and zeros the others; they fit. */
    void set(Map<String, Tensor> saved, String prefix) {
        for (String name : names) {
            Tensor from = saved.get(prefix + name);
            Tensor to = vectors.get(name);
            if (from != null) {
                Tensor into = to == null ? zeros(from) : to;
                vectors.put(name, into);
                Kernels.current().copy(from, into);
            } else if (to != null) {
                Kernels.current().fill(0, to);
            }
        }
    }

    void clear() {
        vectors.values().forEach(vector -> Kernels.current().fill(0, vector));
    }

    void close() {
        vectors.values().forEach(Tensor::close);
        vectors.clear();
        if (scratch != null) {
            scratch.close();
            scratch = null;
        }
    }
}
