export const ANSWER_TIMEOUT = 15_000; // ms until a request counts as lost
