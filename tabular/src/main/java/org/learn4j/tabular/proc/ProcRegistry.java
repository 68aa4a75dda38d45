package org.learn4j.tabular.proc;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.learn4j.persist.JsonPlace;

/**
 * The allow-list from type names in files to fitted procs. Immutable; a name that is not registered is refused.
 *
 * <pre>{@code
 * ProcRegistry registry = ProcRegistry.standard().with("Clip", state -> new FittedClip(state.get("low").finite()));
 * }</pre>
 */
public final class ProcRegistry {
    private final Map<String, Function<JsonPlace, FittedProc>> factories;

    private ProcRegistry(Map<String, Function<JsonPlace, FittedProc>> factories) {
        this.factories = factories;
    }

    /** Returns the registry of the procs of this package. */
    public static ProcRegistry standard() {
        return new ProcRegistry(Map.of(
                FillMissing.TYPE, FillMissing.Fitted::of,
                Categorify.TYPE, Categorify.Fitted::of,
                Normalize.TYPE, Normalize.Fitted::of));
    }

    /**
     * Returns this registry with one more type.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public ProcRegistry with(String type, Function<JsonPlace, FittedProc> factory) {
        Map<String, Function<JsonPlace, FittedProc>> more = new TreeMap<>(factories);
        if (more.put(type, factory) != null) {
            throw new IllegalArgumentException("The proc \"" + type + "\" is registered already");
        }
        return new ProcRegistry(more);
    }

    FittedProc build(JsonPlace proc) {
        proc.allow("type", "state");
        Function<JsonPlace, FittedProc> factory = factories.get(proc.get("type").text());
        if (factory == null) {
            throw proc.get("type").expected("a registered proc, one of " + new TreeMap<>(factories).keySet());
        }
        try {
            return factory.apply(proc.get("state"));
        } catch (IllegalArgumentException invalid) {
            throw proc.get("state").expected("a valid state (" + invalid.getMessage() + ")");
        }
    }
}
