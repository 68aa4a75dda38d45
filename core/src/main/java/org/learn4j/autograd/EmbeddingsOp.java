package org.learn4j.autograd;

import java.util.ArrayList;
import java.util.List;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** The rows of several tables side by side, one lookup for many categorical columns: codes [n, tables] INT32, then the tables. */
record EmbeddingsOp() implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor codes = call.input(0);
        int count = call.inputs() - 1;
        if (count == 0) {
            throw new IllegalArgumentException("Embeddings expects at least one table, received none");
        }
        Checks.rank(name(), "codes", 2, codes);
        Checks.shape(
                name(), "codes for " + count + " tables", Shape.of(codes.shape().dim(0), count), codes.shape());
        List<Tensor> tables = new ArrayList<>(count);
        long width = 0;
        for (int i = 0; i < count; i++) {
            Tensor table = call.input(i + 1);
            Checks.rank(name(), "a table", 2, table);
            Checks.sameType(name(), call.input(1), table);
            tables.add(table);
            width += table.shape().dim(1);
        }
        checkCodes(codes, tables);
        Tensor out = Tensor.uninitialized(
                tables.get(0).dtype(), Shape.of(codes.shape().dim(0), width));
        call.kernels().embeddings(tables, codes, out);
        return out;
    }

    private void checkCodes(Tensor codes, List<Tensor> tables) {
        if (tables.size() == 1) {
            Checks.indices(name(), "codes", codes, tables.get(0).shape().dim(0));
            return;
        }
        if (codes.dtype() != DType.INT32) {
            throw new IllegalArgumentException("Embeddings expects codes of type INT32, received " + codes.dtype());
        }
        int[] values = codes.toInts();
        int columns = tables.size();
        for (int i = 0; i < values.length; i++) {
            int column = i % columns;
            long rows = tables.get(column).shape().dim(0);
            if (values[i] < 0 || values[i] >= rows) {
                throw new IndexOutOfBoundsException("Embeddings expects codes of column " + column + " in [0, " + rows
                        + "), received " + values[i] + " in row " + i / columns);
            }
        }
    }

    @Override
    public void backward(Call call, Tensor dy) {
        int count = call.inputs() - 1;
        List<Tensor> gradients = new ArrayList<>(count);
        List<Tensor> unwanted = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            if (call.needsGradient(i)) {
                gradients.add(call.gradientToAddTo(i));
            } else {
                Tensor scratch = BatchNormOp.scratch(call.input(i));
                call.kernels().fill(0, scratch);
                gradients.add(scratch);
                unwanted.add(scratch);
            }
        }
        call.kernels().embeddingsGradient(dy, call.input(0), gradients);
        unwanted.forEach(Tensor::close);
    }
}
