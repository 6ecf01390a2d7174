/** The board: pages about runs for the browser, rendered from what the gateway knows. */
package io.pitlane.gateway.board;
