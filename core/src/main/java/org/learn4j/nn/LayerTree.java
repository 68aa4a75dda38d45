package org.learn4j.nn;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Walks over a network's layers; paths are the children's names joined by dots, as in PyTorch's state dictionaries. */
public final class LayerTree {
    private LayerTree() {}

    /** Calls the visitor with each layer once, parents first; the root's path is empty. */
    public static void walk(Layer root, BiConsumer<String, Layer> visitor) {
        walk("", root, visitor, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static void walk(String path, Layer layer, BiConsumer<String, Layer> visitor, Set<Layer> seen) {
        if (!seen.add(layer)) {
            return;
        }
        visitor.accept(path, layer);
        layer.children().forEach((name, child) -> walk(join(path, name), child, visitor, seen));
    }

    /** Returns all layers by path. */
    public static Map<String, Layer> layers(Layer root) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        walk(root, layers::put);
        return layers;
    }

    /**
     * Returns the layer at a path, such as {@code layer4.1.conv2}; the empty path is the root's.
     *
     * @throws IllegalArgumentException if there is none, naming the children where the path ends
     */
    public static Layer at(Layer root, String path) {
        Layer layer = root;
        String found = "";
        for (String name : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
            Layer child = layer.children().get(name);
            if (child == null) {
                throw new IllegalArgumentException("There is no layer \"" + path + "\": "
                        + (found.isEmpty() ? "the root" : "\"" + found + "\"") + " has the children "
                        + layer.children().keySet() + ", received \"" + name + "\"");
            }
            layer = child;
            found = join(found, name);
        }
        return layer;
    }

    /** Returns all parameters by path, such as {@code 0.weight}. */
    public static Map<String, Param> params(Layer root) {
        Map<String, Param> params = new LinkedHashMap<>();
        walk(root, (path, layer) -> layer.params().forEach(param -> params.put(join(path, param.name()), param)));
        return params;
    }

    /** Returns all buffers by path, such as {@code 1.running_mean}. */
    public static Map<String, Buffer> buffers(Layer root) {
        Map<String, Buffer> buffers = new LinkedHashMap<>();
        walk(root, (path, layer) -> layer.buffers().forEach(buffer -> buffers.put(join(path, buffer.name()), buffer)));
        return buffers;
    }

    /** Returns how many numbers a network can train: the sizes of all parameters, summed; one that layers share counts once. */
    public static long parameterCount(Layer root) {
        return params(root).values().stream()
                .distinct()
                .mapToLong(param -> param.shape().elements())
                .sum();
    }

    static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
