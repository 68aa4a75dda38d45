package org.learn4j.persist;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.ModelFormatException.Reason;

/** Names the tensors and plain values of a PyTorch file: what leads to them through dictionaries and lists, with dots. */
final class TorchNames {
    private static final int PLACES = 1_000_000;

    /** Where checkpoints keep the weights, beside an optimizer's state and counters. */
    private static final List<String> STATE_KEYS = List.of("state_dict", "model_state_dict", "model");

    /** The name of the only tensor of a file that holds nothing else. */
    private static final String SINGLE = "tensor";

    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private @Nullable String stateKey;
    private int places;

    TorchNames(Object root) {
        visit(root instanceof TorchTensor ? SINGLE : "", root, 0);
        if (root instanceof Python.Dict dict) {
            stateKey = STATE_KEYS.stream()
                    .filter(key -> isState(dict.entries().get(key)))
                    .findFirst()
                    .orElse(null);
        }
    }

    private static boolean isState(@Nullable Object value) {
        return value instanceof Python.Dict dict
                && dict.entries().values().stream().anyMatch(entry -> entry instanceof TorchTensor);
    }

    Map<String, TorchTensor> tensors() {
        return tensors;
    }

    Map<String, Object> values() {
        return values;
    }

    Optional<String> stateKey() {
        return Optional.ofNullable(stateKey);
    }

    private void visit(String name, Object value, int depth) {
        if (depth > Limits.DEPTH || ++places > PLACES) {
            throw new ModelFormatException(
                    Reason.LIMIT,
                    "values within values at " + Limits.quote(name) + ", allowed are " + Limits.DEPTH + " levels and "
                            + PLACES + " values");
        }
        if (value instanceof Python.Dict dict) {
            dict.entries().forEach((key, entry) -> visit(join(name, key.toString()), entry, depth + 1));
        } else if (value instanceof List<?> list) {
            visitAll(name, list, depth);
        } else if (value instanceof Python.Tuple tuple) {
            visitAll(name, tuple.items(), depth);
        } else if (value instanceof TorchTensor tensor) {
            put(tensors, name, tensor);
        } else if (value instanceof Boolean
                || value instanceof Long
                || value instanceof Double
                || value instanceof String) {
            put(values, name, value);
        }
    }

    private void visitAll(String name, List<?> items, int depth) {
        for (int i = 0; i < items.size(); i++) {
            visit(join(name, Integer.toString(i)), items.get(i), depth + 1);
        }
    }

    private static <T> void put(Map<String, T> all, String name, T value) {
        if (!Limits.isName(name)) {
            throw new ModelFormatException(
                    Reason.LIMIT,
                    "a name has 1 to " + Limits.NAME + " printable characters, not " + Limits.quote(name));
        }
        if (all.size() == Limits.TENSORS) {
            throw new ModelFormatException(Reason.LIMIT, "more than " + Limits.TENSORS + " tensors or values");
        }
        if (all.put(name, value) != null) {
            throw new ModelFormatException(Reason.PICKLE, "the name " + Limits.quote(name) + " appears twice");
        }
    }

    /** What is too long for a name is cut, so that a long key in many places cannot take time and memory. */
    private static String join(String name, String key) {
        return name.length() > Limits.NAME
                ? name
                : name + (name.isEmpty() ? "" : ".") + key.substring(0, Math.min(key.length(), Limits.NAME + 1));
    }
}
