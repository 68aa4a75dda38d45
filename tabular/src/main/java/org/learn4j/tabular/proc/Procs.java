package org.learn4j.tabular.proc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tabular.column.Frame;

/** Fitted procs one after the other. */
public final class Procs {
    private final List<FittedProc> fitted;

    private Procs(List<FittedProc> fitted) {
        this.fitted = List.copyOf(fitted);
    }

    /** Sorts the procs by their {@link Proc#order} and fits each to what the ones before it make of the training rows. */
    public static Procs fit(List<Proc> procs, Frame train) {
        List<Proc> sorted = new ArrayList<>(procs);
        sorted.sort(Comparator.comparingInt(Proc::order));
        List<FittedProc> fitted = new ArrayList<>();
        Frame frame = train;
        for (Proc proc : sorted) {
            FittedProc done = proc.fit(frame);
            fitted.add(done);
            frame = done.apply(frame);
        }
        return new Procs(fitted);
    }

    /** Returns the frame as the model reads it. */
    public Frame apply(Frame frame) {
        Frame changed = frame;
        for (FittedProc proc : fitted) {
            changed = proc.apply(changed);
        }
        return changed;
    }

    /** Returns what the model reads as it was in the table. */
    public Frame decode(Frame frame) {
        Frame changed = frame;
        for (int i = fitted.size() - 1; i >= 0; i--) {
            changed = fitted.get(i).decode(changed);
        }
        return changed;
    }

    /** Returns the procs in the order they are applied. */
    public List<FittedProc> all() {
        return fitted;
    }

    /** Returns the first proc of a type. */
    public <T extends FittedProc> Optional<T> find(Class<T> type) {
        return fitted.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    /** Returns the procs for a file. */
    public Json.Items toJson() {
        List<Json> all = new ArrayList<>();
        for (FittedProc proc : fitted) {
            all.add(Json.object().with("type", proc.type()).with("state", proc.state()));
        }
        return Json.array(all);
    }

    /**
     * Returns the procs that {@link #toJson} wrote.
     *
     * @throws org.learn4j.persist.ModelFormatException if the registry does not know one, or its state is not valid
     */
    public static Procs fromJson(JsonPlace json, ProcRegistry registry) {
        List<FittedProc> all = new ArrayList<>();
        for (JsonPlace proc : json.items()) {
            all.add(registry.build(proc));
        }
        return new Procs(all);
    }

    @Override
    public String toString() {
        return fitted.toString();
    }
}
