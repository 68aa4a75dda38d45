package org.learn4j.vision;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.persist.Json;

/** A document with one value left out, repeated or replaced by each of some that readers may stumble on. */
final class Forgeries {
    private static final List<Json> VALUES = List.of(
            Json.none(),
            Json.of(true),
            Json.of(0),
            Json.of(-1),
            Json.of(1),
            Json.of(2),
            Json.of(4),
            Json.of(65_536),
            Json.of(3_000_000_000L),
            Json.of(Long.MAX_VALUE),
            Json.of(Long.MIN_VALUE),
            Json.of(1e300),
            Json.of(1e-300),
            Json.of(-.5),
            Json.of("NaN"),
            Json.of(""),
            Json.of("PAD"),
            Json.of("pad"),
            Json.array(),
            Json.array(Json.of(1), Json.of("a"), Json.none()),
            Json.array(Json.of(1), Json.of(2)),
            Json.object());

    private Forgeries() {}

    /** Returns every document that differs from this one in one place. */
    static List<Json> of(Json document) {
        List<Json> all = new ArrayList<>();
        forge(document, all);
        all.removeIf(document::equals);
        return all;
    }

    private static void forge(Json value, List<Json> into) {
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
                List<Json> others = new ArrayList<>();
                forge(item, others);
                for (Json other : others) {
                    List<Json> changed = new ArrayList<>(items.values());
                    changed.set(i, other);
                    into.add(Json.array(changed));
                }
            }
        }
        into.addAll(VALUES);
    }
}
