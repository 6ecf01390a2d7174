/** Measures the search itself: which strategy finds better architectures with the same budget. */
package io.pitlane.nas.benchmark;
