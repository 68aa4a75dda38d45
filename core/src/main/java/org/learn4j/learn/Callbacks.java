package org.learn4j.learn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The callbacks of one fit in order, and the promise that what was begun is ended. */
final class Callbacks {
    private final List<Callback> callbacks;
    private final FitContext context;

    Callbacks(List<Callback> callbacks, FitContext context) {
        List<Callback> ordered = new ArrayList<>(callbacks);
        ordered.sort(Comparator.comparing(Callback::stage));
        this.callbacks = ordered;
        this.context = context;
    }

    void fire(Event event) {
        for (int i = 0; i < callbacks.size(); i++) {
            event.call(callbacks.get(i), context);
        }
    }

    /** Runs {@code body} between two events; every callback that saw the first sees the second, whatever is thrown. */
    void around(Event before, Runnable body, Event after) {
        int begun = 0;
        Throwable failure = null;
        try {
            while (begun < callbacks.size()) {
                before.call(callbacks.get(begun++), context);
            }
            body.run();
        } catch (Throwable problem) {
            failure = problem;
            context.failed(problem);
        }
        for (int i = 0; i < begun; i++) {
            try {
                after.call(callbacks.get(i), context);
            } catch (Throwable problem) {
                failure = add(failure, problem);
                context.failed(problem);
            }
        }
        if (failure != null) {
            throw Callbacks.<RuntimeException>unchecked(failure);
        }
    }

    private static Throwable add(@Nullable Throwable first, Throwable later) {
        if (first == null) {
            return later;
        }
        if (first != later) {
            first.addSuppressed(later);
        }
        return first;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T unchecked(Throwable failure) throws T {
        throw (T) failure;
    }

    /** Wraps the plain step; what the first callback makes is outermost. */
    TrainStep wrap(TrainStep step) {
        TrainStep wrapped = step;
        for (int i = callbacks.size() - 1; i >= 0; i--) {
            wrapped = callbacks.get(i).wrap(wrapped);
        }
        return wrapped;
    }

    /** One of {@link Callback}'s methods. */
    @FunctionalInterface
    interface Event {
        void call(Callback callback, FitContext context);
    }
}
