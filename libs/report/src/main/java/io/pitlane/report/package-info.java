/**
 * Renders a run's report: a table for the terminal and a page for the browser. Knows neither the
 * command line nor TensorFlow.
 */
package io.pitlane.report;
