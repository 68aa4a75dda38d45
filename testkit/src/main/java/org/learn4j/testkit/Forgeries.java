package org.learn4j.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.persist.Json;

/**
 * A document with one value left out, repeated or replaced by each of some that readers may stumble on.
 *
 * <pre>{@code
 * for (Json forgery : Forgeries.of(manifest, Json.of("pad"), Json.of(65_536))) {
 *     // reads it, or says what is wrong
 * }
 * }</pre>
 */
public final class Forgeries {
    private static final List<Json> VALUES = List.of(
            Json.none(),
            Json.of(true),
            Json.of(0),
            Json.of(-1),
            Json.of(3_000_000_000L),
            Json.of(Long.MAX_VALUE),
            Json.of(Long.MIN_VALUE),
            Json.of(1e300),
            Json.of(-.5),
            Json.of("NaN"),
            Json.of("Infinity"),
            Json.of(""),
            Json.array(),
            Json.array(Json.of(1), Json.of("a"), Json.none()),
            Json.object());

    private final List<Json> values;

    private Forgeries(List<Json> values) {
        this.values = values;
    }

    /**
     * Returns every document that differs from one in one place.
     *
     * @param also more values to replace others with: what this document's own reader may take for its own
     */
    public static List<Json> of(Json document, Json... also) {
        List<Json> values = new ArrayList<>(VALUES);
        values.addAll(List.of(also));
        List<Json> all = new ArrayList<>();
        new Forgeries(values).forge(document, all);
        all.removeIf(document::equals);
        return all;
    }

    private void forge(Json value, List<Json> into) {
        if (value instanceof Json.Fields fields) {
            fields.values().forEach((name, field) -> {
                Map<String, Json> without = new LinkedHashMap<>(fields.values());
                without.remove(name);
                into.add(Json.object(without));
                List<Json> others = new ArrayList<>();
                forge(field, others);
                others.forEach(other -> into.add(fields.with(name, other)));
            });
            into.add(fields.with("unheard of", 1));
        } else if (value instanceof Json.Items items) {
            for (int i = 0; i < items.values().size(); i++) {
                List<Json> without = new ArrayList<>(items.values());
                Json item = without.remove(i);
                into.add(Json.array(without));
                List<Json> twice = new ArrayList<>(items.values());
                twice.add(item);
                into.add(Json.array(twice));
                List<Json> others = new ArrayList<>();
                forge(item, others);
                for (Json other : others) {
                    List<Json> changed = new ArrayList<>(items.values());
                    changed.set(i, other);
                    into.add(Json.array(changed));
                }
            }
        }
        into.addAll(values);
    }
}
