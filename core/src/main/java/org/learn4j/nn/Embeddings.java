package org.learn4j.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * One table for each categorical column: INT32 codes [n, columns] become the vectors of all columns side by side,
 * [n, Σ widths], in one lookup. Its children are the tables, named by the column's number.
 *
 * <pre>{@code
 * Embeddings columns = Embeddings.sized(1116, 8, 4);                             // widths by Embedding.sizeRule
 * Embeddings chosen = Embeddings.of(Embedding.of(1116, 50), Embedding.of(8, 3));
 * }</pre>
 */
public final class Embeddings implements Layer, LayerText.Container {
    private final List<Embedding> tables;
    private final Map<String, Layer> children = new LinkedHashMap<>();

    private Embeddings(List<Embedding> tables) {
        Expect.positive("Embeddings columns", tables.size());
        this.tables = List.copyOf(tables);
        for (Embedding table : tables) {
            children.put(Integer.toString(children.size()), table);
        }
    }

    /** Returns a layer of these tables, in the order of the columns. */
    public static Embeddings of(Embedding... tables) {
        return new Embeddings(List.of(tables));
    }

    /** Returns a layer of tables for columns of so many categories each, as wide as {@link Embedding#sizeRule} says. */
    public static Embeddings sized(int... categories) {
        List<Embedding> tables = new ArrayList<>();
        for (int count : categories) {
            tables.add(Embedding.of(count, Embedding.sizeRule(count)));
        }
        return new Embeddings(tables);
    }

    /** Returns the table of each column. */
    public List<Embedding> tables() {
        return tables;
    }

    /** Returns the length of the output vectors: the sum of the tables' widths. */
    public int width() {
        return tables.stream().mapToInt(Embedding::width).sum();
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor codes = Expect.one(this, inputs);
        if (codes.shape().rank() != 2 || codes.shape().dim(1) != tables.size()) {
            throw new ShapeMismatchException("Embeddings of " + tables.size() + " columns expects codes of shape [n, "
                    + tables.size() + "], received " + codes.shape());
        }
        if (codes.dtype() != DType.INT32) {
            throw new IllegalArgumentException(
                    "Embeddings expects codes of type INT32, received " + codes.dtype() + " " + codes.shape());
        }
        if (LayerHooks.hookedLayers() > 0 && tables.stream().anyMatch(LayerHooks::isHooked)) {
            return columnByColumn(pass, codes);
        }
        List<Tensor> weights = new ArrayList<>(tables.size());
        for (int i = 0; i < tables.size(); i++) {
            weights.add(tables.get(i).weight().value());
        }
        return Functional.embeddings(codes, weights);
    }

    private Tensor columnByColumn(Pass pass, Tensor codes) {
        Tensor[] columns = new Tensor[tables.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = tables.get(i).call(pass, codes.slice(1, i, i + 1L).squeeze(1));
        }
        return Tensor.concat(1, columns);
    }

    @Override
    public Map<String, Layer> children() {
        return Collections.unmodifiableMap(children);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("Embeddings", Json.object(), children);
    }

    static Embeddings build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow();
        List<Embedding> tables = new ArrayList<>();
        children.forEach((name, child) -> {
            if (!(child instanceof Embedding table) || !name.equals(Integer.toString(tables.size()))) {
                throw new IllegalArgumentException(
                        "children \"0\", \"1\", … of type Embedding, received \"" + name + "\"");
            }
            tables.add(table);
        });
        return new Embeddings(tables);
    }

    @Override
    public String expression() {
        return LayerText.call("Embeddings.of(", tables);
    }

    @Override
    public String toString() {
        return LayerText.of(this);
    }
}
