// The desk shows this page in a frame, and no other page of the site may stand in one: a link opens a window. The page
// sees to it by itself, since whoever looks at it may be quicker than the frame, which waits for every photo.

if (self !== top) document.addEventListener("click", leave);

function leave(event) {
  const link = event.target.closest("a");
  if (link && link.pathname !== location.pathname) link.target = "_blank";
}
