/** How far the choice of the test images decides on the difference of two models. */
package io.pitlane.evaluation.significance;
