package org.learn4j.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.ModelFormatException.Reason;
import org.learn4j.tensor.Tensor;

/** Reads what {@link OptimizerState#counters()} wrote, and checks that saved vectors fit. */
final class SavedUpdates {
    private SavedUpdates() {}

    static List<long[]> read(JsonPlace counters, List<GroupState> groups) {
        JsonPlace place = counters.allow("updates").get("updates");
        List<JsonPlace> saved = place.items();
        if (saved.size() != groups.size()) {
            throw place.expected("the updates of " + groups.size() + " parameter groups");
        }
        List<long[]> updates = new ArrayList<>();
        for (int i = 0; i < saved.size(); i++) {
            long[] counts = saved.get(i).wholes();
            if (counts.length != groups.get(i).counts().length) {
                throw saved.get(i).expected("the updates of " + groups.get(i).counts().length + " parameters");
            }
            if (Arrays.stream(counts).anyMatch(count -> count < 0)) {
                throw saved.get(i).expected("numbers of updates, not negative");
            }
            updates.add(counts);
        }
        return updates;
    }

    static void requireVector(String name, @Nullable Tensor saved, GroupState group, long... counts) {
        Tensor values = group.group().values();
        if (saved == null) {
            if (Arrays.stream(counts).anyMatch(count -> count > 0)) {
                throw new ModelFormatException(
                        Reason.MISSING,
                        "the optimizer's state " + name + " is not there, but its parameters had updates");
            }
        } else if (!saved.shape().equals(values.shape()) || saved.dtype() != values.dtype()) {
            throw new ModelFormatException(
                    Reason.VALUE,
                    "the optimizer's state " + name + " is " + saved.dtype() + " " + saved.shape()
                            + ", the parameters of its group are " + values.dtype() + " " + values.shape());
        }
    }
}
