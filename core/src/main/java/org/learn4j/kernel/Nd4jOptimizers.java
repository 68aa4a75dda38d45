package org.learn4j.kernel;

import static org.learn4j.kernel.Nd4jScratch.write;

import org.learn4j.tensor.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Passes over contiguous vectors. */
final class Nd4jOptimizers {
    private static final long BLOCK = 1 << 20;

    private Nd4jOptimizers() {}

    /** Does not read {@code y} if b is 0. */
    static void scaleAdd(double a, Tensor x, double b, Tensor y) {
        if (y.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            INDArray scaled = scratch.keep(scratch.in(x, x.elements()).mul(a));
            write(b == 0 ? scaled : scaled.addi(scratch.copy(y, y.elements()).muli(b)), y);
        }
    }

    static void averageSquare(double beta, Tensor x, Tensor average) {
        if (average.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            INDArray values = scratch.in(x, x.elements());
            INDArray square = scratch.keep(values.mul(values)).muli(1 - beta);
            write(square.addi(scratch.copy(average, average.elements()).muli(beta)), average);
        }
    }

    static void adaptiveStep(Tensor p, Tensor m, Tensor v, double vScale, double epsilon, double rate, double decay) {
        if (p.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            long count = p.elements();
            INDArray root =
                    Transforms.sqrt(scratch.copy(v, count).muli(vScale), false).addi(epsilon);
            INDArray step = scratch.keep(scratch.in(m, count).div(root)).muli(rate);
            write(scratch.copy(p, count).muli(decay).subi(step), p);
        }
    }

    static double sumOfSquares(Tensor x) {
        double total = 0;
        for (long from = 0; from < x.elements(); from += BLOCK) {
            try (Nd4jScratch scratch = new Nd4jScratch()) {
                INDArray all = scratch.in(x, x.elements());
                INDArray block = all.get(NDArrayIndex.interval(from, Math.min(x.elements(), from + BLOCK)));
                INDArray squares = block.dataType() == DataType.DOUBLE
                        ? scratch.keep(block.mul(block))
                        : square(scratch.keep(block.castTo(DataType.DOUBLE)));
                total += squares.sumNumber().doubleValue();
            }
        }
        return total;
    }

    private static INDArray square(INDArray array) {
        return array.muli(array);
    }
}
