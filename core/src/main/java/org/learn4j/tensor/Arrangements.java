package org.learn4j.tensor;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What was made from a frozen tensor, by key. */
final class Arrangements {
    private final Map<Object, Tensor> made = new HashMap<>();

    synchronized Tensor get(Object key, Supplier<Tensor> make) {
        Tensor known = made.get(key);
        if (known == null) {
            known = make.get().keep();
            made.put(key, known);
        }
        return known;
    }

    synchronized void close() {
        made.values().forEach(Tensor::close);
        made.clear();
    }
}
