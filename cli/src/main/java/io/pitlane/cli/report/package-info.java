/** A run's report for people: a table in the terminal and a page for the browser. */
package io.pitlane.cli.report;
