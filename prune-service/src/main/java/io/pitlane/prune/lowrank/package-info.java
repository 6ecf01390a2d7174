/** Low-rank factorization of layers: decompositions, their ranks, and whether they pay. */
package io.pitlane.prune.lowrank;
