// Opens links to other pages in a new window while the desk shows this page in a frame, since no other page of the site
// may stand in one. The page does it by itself: the desk would have to wait until the frame has loaded every photo.

if (self !== top) document.addEventListener("click", leave);

function leave(event) {
  const link = event.target.closest("a");
  if (link && link.pathname !== location.pathname) link.target = "_blank";
}
