function sortable(root){for(const t of root.querySelectorAll("table.sortable"))t.querySelectorAll("thead th").forEach((h,i)=>{const b=document.createElement("button");b.type="button";b.textContent=h.textContent;h.replaceChildren(b);b.onclick=()=>{const up=h.getAttribute("aria-sort")!=="ascending";t.querySelectorAll("th").forEach(o=>o.removeAttribute("aria-sort"));h.setAttribute("aria-sort",up?"ascending":"descending");const v=r=>{const c=r.cells[i];return c.dataset.v??c.textContent.trim()};const B=t.tBodies[0];B.append(...[...B.rows].sort((x,y)=>{const p=v(x),q=v(y);const d=p===""||q===""?(p==="")-(q===""):isNaN(p)||isNaN(q)?p.localeCompare(q,undefined,{numeric:true}):p-q;return up?d:-d}))}})}
// A table wider than the page is scrolled by keys, too.
function reachable(root){for(const t of root.querySelectorAll("table"))if(t.scrollWidth>t.clientWidth)t.tabIndex=0}
sortable(document);
reachable(document);
